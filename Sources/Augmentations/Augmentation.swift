package import SiamImages

/// A change of a picture that is drawn by chance: one file, one line in `Recipe.known`.
///
/// What is drawn is a function of the generator alone, never of the thread or the time.
package protocol Augmentation: Sendable, Equatable {
  /// The word that names it in a recipe, and the numbers between the brackets.
  static var form: AugmentationForm { get }

  /// From the form's numbers, in its order.
  ///
  /// - Precondition: there is one for each parameter, within its range.
  init(values: [Double])

  /// The form's numbers, in its order.
  var values: [Double] { get }

  /// The picture changed by chance; `size` is the side of the square view that is being made.
  func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image
}

extension Augmentation {
  /// As a term of a recipe: `jitter(0.4,0.4,0.4,0.1,p=0.8)`. Named numbers at their default are left out.
  package var written: String {
    let terms = zip(Self.form.parameters, values).compactMap { parameter, value in
      guard let standard = parameter.standard else { return value.shortest }
      return value == standard ? nil : "\(parameter.name)=\(value.shortest)"
    }
    return "\(Self.form.name)(\(terms.joined(separator: ",")))"
  }

  func equals(_ other: any Augmentation) -> Bool { other as? Self == self }
}

/// How an augmentation is written in a recipe.
package struct AugmentationForm: Sendable {
  /// The word before the bracket.
  package let name: String
  /// What it does, in one line.
  package let summary: String
  /// The numbers: first those given by place, then those given by name.
  package let parameters: [Parameter]

  package init(_ name: String, _ summary: String, _ parameters: [Parameter]) {
    (self.name, self.summary, self.parameters) = (name, summary, parameters)
  }

  /// The brackets with names instead of numbers: `(smallest, largest, p=1)`.
  var usage: String {
    let terms = parameters.map { parameter in
      parameter.standard.map { "\(parameter.name)=\($0.shortest)" } ?? parameter.name
    }
    return "(\(terms.joined(separator: ", ")))"
  }

  /// A number in the brackets.
  package struct Parameter: Sendable {
    package let name: String
    /// The bounds; the lower one is left out where `isAbove` holds.
    package let range: ClosedRange<Double>
    package let isAbove: Bool
    /// The value where none is given: such a number is given by name only.
    package let standard: Double?
    /// Whether the number may not be less than the one before it.
    package let isAscending: Bool

    package init(
      _ name: String, _ range: ClosedRange<Double>, above isAbove: Bool = false, standard: Double? = nil,
      ascending isAscending: Bool = false
    ) {
      (self.name, self.range, self.isAbove) = (name, range, isAbove)
      (self.standard, self.isAscending) = (standard, isAscending)
    }

    /// What is wrong with a value, if anything.
    func complaint(about value: Double, after previous: Double?) -> String? {
      if !range.contains(value) || (isAbove && value == range.lowerBound) {
        let (low, high) = (range.lowerBound.shortest, range.upperBound.shortest)
        return isAbove
          ? "\(name) must be above \(low) and at most \(high)" : "\(name) must be in \(low)...\(high)"
      }
      if isAscending, let previous, value < previous {
        return "\(name) must be at least \(previous.shortest)"
      }
      return nil
    }
  }
}

extension Double {
  /// The shortest decimal that reads back as the same number; whole numbers without a point.
  var shortest: String { self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)" }
}
