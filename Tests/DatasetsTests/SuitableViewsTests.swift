import SiamAugmentations
import SiamDatasets
import SiamImages
import Testing

@Suite struct SuitableViewsTests {
  private func views(_ sides: [Int], colour: UInt8 = 0) -> SuitableViews {
    var views = SuitableViews()
    for side in sides {
      var image = Image(
        width: side + 1, height: side, pixels: [UInt8](repeating: 9, count: 3 * (side + 1) * side))
      image.pixels[image.pixels.count - 1] += colour
      views.add(image)
    }
    return views
  }

  @Test(
    "the size is the median of the shorter sides, rounded up, within its limits",
    arguments: [([1], 32), ([28, 28, 500], 32), ([33], 48), ([100, 10, 201], 112), ([500], 224)])
  func size(sides: [Int], size: Int) {
    #expect(views(sides).size() == size)
    #expect(views(sides).size(atMost: 64) == min(64, size))
  }

  @Test func `one coloured pixel makes a sample coloured, and the size then decides`() {
    var sample = views([28, 28])
    #expect(sample.isGrey && sample.recipe(size: 224).name == "grey")
    sample.add(Image(width: 1, height: 1, pixels: [1, 1, 2]))
    #expect(
      !sample.isGrey && sample.recipe(size: 64).name == "cifar"
        && sample.recipe(size: 65).name == "imagenet")
    #expect(views([28], colour: 1).isGrey == false)
    for recipe in [views([1]).recipe(size: 32), sample.recipe(size: 64), sample.recipe(size: 224)] {
      #expect(Recipe.named.contains { $0.name == recipe.name && $0.recipe == recipe.recipe })
    }
  }

  @Test func `a size for no images is a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = SuitableViews().size() }
  }
}
