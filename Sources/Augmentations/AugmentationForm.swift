/// How an augmentation is written in a recipe: its name, and the numbers that it takes in parentheses.
package struct AugmentationForm: Sendable {
  /// The word before the parentheses.
  package let name: String
  /// What the augmentation does, in one line, for help texts.
  package let summary: String
  /// The numbers: first those without a default, given in this order, then those with one, given by name.
  package let parameters: [Parameter]

  /// - Precondition: parameters with a default come last.
  package init(_ name: String, _ summary: String, _ parameters: [Parameter]) {
    (self.name, self.summary, self.parameters) = (name, summary, parameters)
  }

  /// The parentheses with parameter names: `(smallest, largest, p=1)`.
  package var usage: String {
    let terms = parameters.map { parameter in
      parameter.defaultValue.map { "\(parameter.name)=\($0.shortest)" } ?? parameter.name
    }
    return "(\(terms.joined(separator: ", ")))"
  }

  /// One number in the parentheses.
  package struct Parameter: Sendable {
    /// The name in messages, and before a value that has a default.
    package let name: String
    /// The allowed values; the lower bound itself is excluded where `isAbove` is set.
    package let range: ClosedRange<Double>
    /// Whether a value must be above the lower bound.
    package let isAbove: Bool
    /// The default; nil when the number must be given.
    package let defaultValue: Double?
    /// Whether a value must be at least that of the parameter before it.
    package let isAscending: Bool

    /// A parameter with its limits and its default.
    package init(
      _ name: String, _ range: ClosedRange<Double>, above isAbove: Bool = false,
      default defaultValue: Double? = nil,
      ascending isAscending: Bool = false
    ) {
      (self.name, self.range, self.isAbove) = (name, range, isAbove)
      (self.defaultValue, self.isAscending) = (defaultValue, isAscending)
    }

    /// The limits in words: "in 0...1", "above 0 and at most 1".
    package var limits: String {
      let (low, high) = (range.lowerBound.shortest, range.upperBound.shortest)
      return isAbove ? "above \(low) and at most \(high)" : "in \(low)...\(high)"
    }

    /// What is wrong with a value; nil when it is allowed.
    ///
    /// - Parameter previous: the value of the parameter before it.
    func complaint(about value: Double, after previous: Double?) -> String? {
      if !range.contains(value) || (isAbove && value == range.lowerBound) {
        return "\(name) must be \(limits)"
      }
      if isAscending, let previous, value < previous {
        return "\(name) must be at least \(previous.shortest)"
      }
      return nil
    }
  }
}

extension Double {
  /// The shortest decimal that reads back as the same number; integers without a point.
  var shortest: String { self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)" }
}
