import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamTensors
import TestSupport
import Testing

@Suite struct ImageViewTests {
  private let view = ImageView(.grey, seed: 4)

  private func images(_ subset: ImageSubset, size: Int = 16) throws -> [Float] {
    try ViewLoader.images(
      subset.indices, of: subset.store, seen: subset.view, normalization: .unit, size: size
    ).values
  }

  @Test func `an image is seen through a view of its own, the same in any company and on any threads`() throws
  {
    try withSmallStore { store in
      let all = try images(ImageSubset(store).seen(through: view))
      for threads in [1, 2] {
        try withThreadCount(threads) {
          let some = try images(ImageSubset(store, [9, 3]).seen(through: view))
          let each = 16 * 16 * 3
          #expect(some == Array(all[9 * each..<10 * each] + all[3 * each..<4 * each]))
        }
      }
      #expect(try images(ImageSubset(store)) != all)
      #expect(try images(ImageSubset(store).seen(through: ImageView(.grey, seed: 5))) != all)
    }
  }

  @Test func `it is what the recipe makes of the image, and parts of the subset keep it`() throws {
    try withSmallStore { store in
      let subset = ImageSubset(store, [2, 5, 8]).seen(through: view)
      #expect(subset[1..<3].view == view && subset[1..<3].indices == [5, 8])
      let image = try store.image(5)
      var generator = CounterGenerator(4, 0x7669_6577, 5)
      let expected = Recipe.grey.view(of: image, size: 16, using: &generator)
      #expect(view(image, named: 5, size: 16) == expected)
      let found = try images(subset[1..<2])
      #expect(zip(found, expected.pixels).allSatisfy { abs($0 - Float($1) / 255) < 1e-6 })
    }
  }

  @Test func `a recipe that changes nothing shows the square in the middle`() throws {
    try withSmallStore { store in
      let plain = ImageView(Recipe([]), seed: 1)
      let seen = try images(ImageSubset(store).seen(through: plain))
      let expected = try images(ImageSubset(store))
      #expect(seen == expected)
    }
  }
}
