import SiamImages
import SiamTensors
import TestSupport
import Testing

@testable import SiamAugmentations

@Suite struct VerticalFlipTests {
  @Test("a flip is torchvision's", arguments: try cases("vflip"))
  func exact(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    var image = source
    image.flipVertically()
    #expect(image == result)
    image.flipVertically()
    #expect(image == source)
  }

  @Test("it happens as often as it should", arguments: [0, 0.1, 0.5, 1])
  func rate(probability: Double) {
    let image = Image(width: 1, height: 2, pixels: [1, 2, 3, 4, 5, 6])
    var generator = CounterGenerator(11)
    let flip = VerticalFlip(probability: probability)
    let flipped = (0..<4000).count { _ in flip(image, for: 2, using: &generator) != image }
    #expect(isPlausible(flipped, of: 4000, probability: probability))
  }
}
