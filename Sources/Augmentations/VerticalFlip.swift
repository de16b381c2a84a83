package import SiamImages

/// A flip upside down with a probability, for images without an up: cells, tissue, the ground from above.
///
/// Source: torchvision, `RandomVerticalFlip`.
package struct VerticalFlip: Augmentation {
  package static let form = AugmentationForm("vflip", "swaps top and bottom", [.init("p", 0...1)])

  /// How likely an image is flipped, 0...1.
  package let probability: Double

  /// A flip with this probability.
  ///
  /// - Precondition: the probability is in 0...1.
  package init(probability: Double = 0.5) {
    precondition((0...1).contains(probability), "flip with probability \(probability)")
    self.probability = probability
  }

  package init(values: [Double]) { self.init(probability: values[0]) }
  package var values: [Double] { [probability] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    if generator.chance(probability) { image.flipVertically() }
    return image
  }
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
