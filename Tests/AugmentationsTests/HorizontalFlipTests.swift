import SiamImages
import SiamTensors
import TestSupport
import Testing

@testable import SiamAugmentations

@Suite struct HorizontalFlipTests {
  @Test("a flip is torchvision's", arguments: try cases("flip"))
  func exact(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    var image = source
    image.flipHorizontally()
    #expect(image == result)
    image.flipHorizontally()
    #expect(image == source)
  }

  @Test("it happens as often as it should", arguments: [0, 0.1, 0.5, 1])
  func rate(probability: Double) {
    let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    var generator = CounterGenerator(11)
    let flip = HorizontalFlip(probability: probability)
    let flipped = (0..<4000).count { _ in flip(image, for: 2, using: &generator) != image }
    #expect(isPlausible(flipped, of: 4000, probability: probability))
  }
}
