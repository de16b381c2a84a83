import SiamImages
import SiamTensors
import TestSupport
import Testing

@testable import SiamAugmentations

@Suite struct GrayscaleTests {
  @Test("grey is Pillow's luma in three channels", arguments: try cases("grey"))
  func exact(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    var image = source
    image.turnGrey()
    #expect(image == result)
  }

  @Test func `a grey stays the grey it is`() {
    let levels = Image(
      width: 256, height: 1, pixels: (0..<256).flatMap { [UInt8](repeating: UInt8($0), count: 3) })
    var image = levels
    image.turnGrey()
    #expect(image == levels)
  }

  @Test("it happens as often as it should", arguments: [0, 0.2, 1])
  func rate(probability: Double) {
    let image = Image(width: 1, height: 1, pixels: [1, 100, 200])
    var generator = CounterGenerator(12)
    let grey = Grayscale(probability: probability)
    let changed = (0..<4000).count { _ in grey(image, for: 1, using: &generator) != image }
    #expect(isPlausible(changed, of: 4000, probability: probability))
  }
}
