package import SiamImages

/// An augmentation that changes an image in always the same way, with a probability.
package protocol FixedChange: Augmentation {
  /// How likely an image is changed, 0...1.
  var probability: Double { get }

  /// - Precondition: the probability is in 0...1.
  init(probability: Double)

  static func change(_ image: inout Image)
}

extension FixedChange {
  package init(values: [Double]) { self.init(probability: values[0]) }
  package var values: [Double] { [probability] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    if generator.chance(probability) { Self.change(&image) }
    return image
  }

  /// The probability, which must be one.
  static func checked(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "\(form.name) with probability \(probability)")
    return probability
  }
}
