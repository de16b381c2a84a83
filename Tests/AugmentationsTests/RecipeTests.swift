import SiamFiles
import SiamImages
import SiamTensors
import Testing

@testable import SiamAugmentations

@Suite struct RecipeTests {
  @Test(
    "what a recipe prints is read back as an equal recipe",
    arguments: Recipe.named.map(\.recipe) + [
      Recipe([]), Recipe([], normalization: .grey),
      Recipe([RandomResizedCrop(scale: 0.08...0.93, ratio: 2), GaussianBlur(sigma: 1e-5...12.75)]),
      Recipe(
        [HorizontalFlip(probability: 1 / 3), HorizontalFlip(probability: 0)],
        normalization: Normalization(mean: [0, 0.1, 1], deviation: [0.2, 1e-3, 1 / 7])),
    ])
  func roundTrip(recipe: Recipe) throws {
    #expect(try Recipe(recipe.description) == recipe)
  }

  @Test(
    "the known recipes are the published ones",
    arguments: [
      ("cifar", "crop(0.2,1)|flip(0.5)|jitter(0.4,0.4,0.4,0.1,p=0.8)|grey(0.2)|normalize(cifar)"),
      ("imagenet", "crop(0.2,1)|flip(0.5)|jitter(0.4,0.4,0.4,0.1,p=0.8)|grey(0.2)|blur(0.1,2,p=0.5)"),
      ("grey", "crop(0.3,1)|flip(0.5)|jitter(0.4,0.4,0,0,p=0.8)|normalize(grey)"),
    ])
  func published(name: String, written: String) throws {
    #expect(try Recipe(name).description == written)
    #expect(try Recipe(written) == Recipe(name))
  }

  @Test func `recipes differ by order, numbers and normalisation`() throws {
    let recipe = try Recipe("flip(0.5)|grey(0.2)")
    #expect(try recipe != Recipe("grey(0.2)|flip(0.5)"))
    #expect(try recipe != Recipe("flip(0.5)|grey(0.3)"))
    #expect(try recipe != Recipe("flip(0.5)"))
    #expect(try recipe != Recipe("flip(0.5)|grey(0.2)|normalize(cifar)"))
    #expect(try recipe == Recipe("flip(0.5)|grey(0.2)|normalize(imagenet)"))
  }

  @Test(
    "any picture gives a square view",
    arguments: Recipe.named.map(\.recipe) + [Recipe([]), Recipe([Grayscale()])],
    [(1, 1), (1, 40), (400, 1), (28, 28), (33, 21)])
  func sizes(recipe: Recipe, size: (Int, Int)) {
    var generator = CounterGenerator(41)
    for side in [1, 8, 32] {
      let view = recipe.view(of: Image(noise: size.0, size.1), size: side, using: &generator)
      #expect(view.width == side && view.height == side)
    }
  }

  @Test("equal generators give equal views, others do not", arguments: Recipe.named.map(\.recipe))
  func determinism(recipe: Recipe) {
    let image = Image(noise: 40, 30)
    func view(_ seed: UInt64) -> Image {
      var generator = CounterGenerator(seed)
      return recipe.view(of: image, size: 24, using: &generator)
    }
    #expect(view(1) == view(1))
    #expect(view(1) != view(2))
    #expect(image == Image(noise: 40, 30), "the picture itself is left alone")
  }

  @Test func `views keep their bits from version to version`() {
    // The hash pins every formula: draws, crop, jitter, grey, blur. A change here changes every run's result.
    var generator = CounterGenerator(1, 2, 3)
    var hash = FNV1a()
    for _ in 0..<40 {
      let view = Recipe.imagenet.view(of: Image(noise: 61, 47), size: 33, using: &generator)
      hash.add(view.pixels.span)
    }
    #expect(hash.value == 0xEB21_4BFB_18A5_7C3D)
  }

  @Test func `a recipe without a crop takes the middle`() {
    let image = Image(noise: 30, 12)
    var generator = CounterGenerator(42)
    let view = Recipe([]).view(of: image, size: 6, using: &generator)
    #expect(view == image.resized(cropping: Rectangle(x: 9, y: 0, width: 12, height: 12), to: 6, 6))
  }

  @Test(
    "every augmentation leaves a view whole, and depends on its draws alone",
    arguments: 0..<Recipe.known.count)
  func known(index: Int) throws {
    let kind = Recipe.known[index]
    let augmentation = kind.init(values: kind.form.parameters.map { $0.defaultValue ?? $0.range.upperBound })
    let recipe = Recipe([augmentation])
    for (width, height) in [(1, 1), (1, 40), (28, 28), (33, 21)] {
      let image = Image(noise: width, height)
      func view(_ seed: UInt64) -> Image {
        var generator = CounterGenerator(seed)
        return recipe.view(of: image, size: 16, using: &generator)
      }
      #expect(view(3).width == 16 && view(3).height == 16 && view(3) == view(3))
    }
  }

  @Test func `no two augmentations share a name, and each form fits its numbers`() throws {
    let names = Recipe.known.map { $0.form.name } + ["normalize"]
    #expect(Set(names).count == names.count)
    for kind in Recipe.known {
      let middle = kind.form.parameters.map { $0.defaultValue ?? $0.range.upperBound }
      let augmentation = kind.init(values: middle)
      #expect(augmentation.values == middle)
      #expect(try Recipe(augmentation.written).augmentations.first?.equals(augmentation) == true)
      let parameters = kind.form.parameters
      #expect(
        parameters.drop { $0.defaultValue == nil }.allSatisfy { $0.defaultValue != nil },
        "named numbers come last")
    }
  }
}
