package import SiamImages

/// A random change of an image. A new one is one file and one line in `Recipe.known`.
///
/// What is drawn depends on the generator alone, never on the thread or the time.
package protocol Augmentation: Sendable, Equatable {
  /// The name in a recipe, and the numbers in its parentheses.
  static var form: AugmentationForm { get }

  /// Makes the augmentation from the numbers of its form.
  ///
  /// - Precondition: one value for each parameter, in the form's order and within its limits.
  init(values: [Double])

  /// The numbers of the form, in its order.
  var values: [Double] { get }

  /// Changes an image at random.
  ///
  /// - Parameter size: the side of the square view that is being made, in pixels.
  func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image
}

extension Augmentation {
  /// The augmentation as a term of a recipe: `jitter(0.4,0.4,0.4,0.1,p=0.8)`. Numbers at their default are left out.
  package var written: String {
    let terms = zip(Self.form.parameters, values).compactMap { parameter, value in
      guard let defaultValue = parameter.defaultValue else { return value.shortest }
      return value == defaultValue ? nil : "\(parameter.name)=\(value.shortest)"
    }
    return "\(Self.form.name)(\(terms.joined(separator: ",")))"
  }

  /// Whether the other augmentation has the same type and numbers.
  func equals(_ other: any Augmentation) -> Bool { other as? Self == self }
}
