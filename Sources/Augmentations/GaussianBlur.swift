package import SiamImages

/// A Gaussian blur of random width, with a probability.
///
/// The kernel is about a tenth of the image's shorter side, made odd, as in SimCLR's recipe: 23 pixels at 224, 3 at 32. The
/// standard deviation is uniform in `sigma`.
///
/// Source: Chen et al. 2020 (SimCLR), appendix A; torchvision, `GaussianBlur`.
package struct GaussianBlur: Augmentation {
  package static let form = AugmentationForm(
    "blur", "blurs with a Gaussian of random width",
    [
      .init("smallest", 0...1000, above: true), .init("largest", 0...1000, above: true, ascending: true),
      .init("p", 0...1, default: 1),
    ])

  /// The standard deviation in pixels.
  package let sigma: ClosedRange<Double>
  /// How likely an image is blurred, 0...1.
  package let probability: Double

  /// A blur of this width.
  ///
  /// - Precondition: sigma is positive, the probability is in 0...1.
  package init(sigma: ClosedRange<Double>, probability: Double = 1) {
    precondition(
      sigma.lowerBound > 0 && (0...1).contains(probability), "blur \(sigma) with probability \(probability)")
    (self.sigma, self.probability) = (sigma, probability)
  }

  package init(values: [Double]) { self.init(sigma: values[0]...values[1], probability: values[2]) }
  package var values: [Double] { [sigma.lowerBound, sigma.upperBound, probability] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    guard generator.chance(probability) else { return image }
    let width = generator.uniform(sigma.lowerBound, sigma.upperBound)
    image.blur(sigma: width, kernel: (min(image.width, image.height) / 10) | 1)
    return image
  }
}
