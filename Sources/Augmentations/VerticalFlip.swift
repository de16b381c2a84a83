package import SiamImages

/// A flip upside down with a probability, for images without an up: cells, tissue, the ground from above.
///
/// Source: torchvision, `RandomVerticalFlip`.
package struct VerticalFlip: FixedChange {
  package static let form = AugmentationForm("vflip", "swaps top and bottom", [.init("p", 0...1)])

  package let probability: Double

  package init(probability: Double = 0.5) { self.probability = Self.checked(probability) }

  package static func change(_ image: inout Image) { image.flipVertically() }
}

extension Image {
  /// Swaps top and bottom.
  package mutating func flipVertically() {
    let row = 3 * width
    var flipped: [UInt8] = []
    flipped.reserveCapacity(pixels.count)
    for y in (0..<height).reversed() { flipped += pixels[row * y..<row * (y + 1)] }
    pixels = flipped
  }
}
