import SiamImages
import TestSupport
import Testing

@testable import SiamAugmentations

@Suite struct ColorChangeTests {
  static let changes: [(String, @Sendable (Double) -> ColorChange)] = [
    ("brightness", { .brightness($0) }), ("contrast", { .contrast($0) }), ("saturation", { .saturation($0) }),
    ("hue", { .hue($0) }),
  ]

  @Test(
    "each change has the very bytes that torchvision makes of Pillow pictures",
    arguments: try changes.flatMap { try cases($0.0) })
  func exact(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    let change = try #require(Self.changes.first { $0.0 == wanted.operation }).1
    var image = source
    image.adjust(change(wanted.numbers[0]))
    #expect(image == result)
  }

  @Test("so have several, one after the other", arguments: try cases("jitter"))
  func sequence(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    var image = source
    image.adjust(.contrast(wanted.numbers[0]))
    image.adjust(.hue(wanted.numbers[1]))
    image.adjust(.saturation(wanted.numbers[2]))
    image.adjust(.brightness(wanted.numbers[3]))
    #expect(image == result)
  }

  @Test func `a factor of 1 changes nothing`() {
    let image = Image(noise: 9, 7)
    for change in [ColorChange.brightness(1), .contrast(1), .saturation(1)] {
      var image = image
      image.adjust(change)
      #expect(image == image)
    }
  }

  @Test func `hue leaves grey and the largest sample alone`() {
    var image = Image(noise: 16, 16)
    let before = image
    image.adjust(.hue(0.3))
    for pixel in 0..<256 {
      let samples = 3 * pixel..<3 * pixel + 3
      #expect(image.pixels[samples].max() == before.pixels[samples].max())
    }
    var grey = Image(width: 3, height: 1, pixels: [0, 0, 0, 77, 77, 77, 255, 255, 255])
    let untouched = grey
    grey.adjust(.hue(-0.4))
    #expect(grey == untouched)
  }

  @Test func `a negative factor and more than half a turn are programming errors`() async {
    await #expect(processExitsWith: .failure) {
      var image = Image(noise: 1, 1)
      image.adjust(.brightness(-0.1))
    }
    await #expect(processExitsWith: .failure) {
      var image = Image(noise: 1, 1)
      image.adjust(.hue(0.6))
    }
  }
}
