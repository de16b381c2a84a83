/// An interval of values with open or closed ends.
package struct Limits<Value: ArgumentValue>: Sendable, CustomStringConvertible {
  /// As the help says it: "at least 1", "above 0", "0 to 1", "at least 0, below 1", "above 0, at most 1".
  package let description: String
  private let isWithin: @Sendable (Value) -> Bool

  /// Whether the value is within the limits.
  package func contains(_ value: Value) -> Bool { isWithin(value) }
}

extension Limits where Value: Comparable {
  package static func atLeast(_ lower: Value) -> Limits {
    Limits(description: "at least \(lower.argument)") { $0 >= lower }
  }
  package static func above(_ lower: Value) -> Limits {
    Limits(description: "above \(lower.argument)") { $0 > lower }
  }
  package static func from(_ lower: Value, through upper: Value) -> Limits {
    Limits(description: "\(lower.argument) to \(upper.argument)") { lower <= $0 && $0 <= upper }
  }
  package static func from(_ lower: Value, below upper: Value) -> Limits {
    Limits(description: "at least \(lower.argument), below \(upper.argument)") { lower <= $0 && $0 < upper }
  }
  package static func above(_ lower: Value, through upper: Value) -> Limits {
    Limits(description: "above \(lower.argument), at most \(upper.argument)") { lower < $0 && $0 <= upper }
  }
}
