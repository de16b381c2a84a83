import Images
import Tensors
import TestSupport
import Testing

@testable import Augmentations

@Suite struct GrayscaleTests {
  @Test("grey is Pillow's luma in three channels", arguments: try cases("grey"))
  func exact(wanted: PictureReference.Case) throws {
    let (source, result) = try wanted.images()
    var image = source
    image.turnGrey()
    #expect(image == result)
  }

  @Test func `white stays white and black black`() {
    #expect(luma(255, 255, 255) == 255)
    #expect(luma(0, 0, 0) == 0)
    for level in UInt8.min ... .max { #expect(luma(level, level, level) == level) }
  }

  @Test("it happens as often as it should", arguments: [0, 0.2, 1])
  func rate(probability: Double) {
    let picture = Image(width: 1, height: 1, pixels: [1, 100, 200])
    var generator = CounterGenerator(12)
    let grey = Grayscale(probability: probability)
    let changed = (0..<4000).count { _ in grey(picture, for: 1, using: &generator) != picture }
    #expect(isPlausible(changed, of: 4000, probability: probability))
  }
}
