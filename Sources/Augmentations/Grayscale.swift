import CSiamKernels
package import SiamImages

/// Removal of colour with a probability: all three channels become the luma.
package struct Grayscale: Augmentation {
  package static let form = AugmentationForm("grey", "removes the colour", [.init("p", 0...1)])

  /// How likely an image loses its colour, 0...1.
  package let probability: Double

  /// A removal with this probability.
  ///
  /// - Precondition: the probability is in 0...1.
  package init(probability: Double = 0.2) {
    precondition((0...1).contains(probability), "grey with probability \(probability)")
    self.probability = probability
  }

  package init(values: [Double]) { self.init(probability: values[0]) }
  package var values: [Double] { [probability] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    if generator.chance(probability) { image.turnGrey() }
    return image
  }
}

extension Image {
  /// Sets all three channels to the luma: ITU-R 601-2 in 16-bit fixed point, as Pillow's `convert('L')`.
  package mutating func turnGrey() {
    unsafe changePixels { pixels, count in unsafe ck_kernels().pointee.convert_to_grey(pixels, count) }
  }
}
