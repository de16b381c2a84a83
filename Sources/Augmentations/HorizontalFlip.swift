import CSiamKernels
package import SiamImages

/// A left-right flip with a probability.
package struct HorizontalFlip: Augmentation {
  package static let form = AugmentationForm("flip", "swaps left and right", [.init("p", 0...1)])

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
    if generator.chance(probability) { image.flipHorizontally() }
    return image
  }
}

extension Image {
  /// Swaps left and right.
  package mutating func flipHorizontally() {
    let (width, height) = (width, height)
    unsafe changePixels { pixels, _ in unsafe ck_kernels().pointee.flip(pixels, height, width) }
  }
}
