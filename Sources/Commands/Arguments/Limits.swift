/// An interval of values, with its ends in or out.
struct Limits<Value: ArgumentValue>: Sendable, CustomStringConvertible {
  private let lower, upper: (value: Value, isInside: Bool)?

  private init(_ lower: (Value, Bool)?, _ upper: (Value, Bool)?) { (self.lower, self.upper) = (lower, upper) }

  static func atLeast(_ lower: Value) -> Limits { Limits((lower, true), nil) }
  static func above(_ lower: Value) -> Limits { Limits((lower, false), nil) }
  static func from(_ lower: Value, through upper: Value) -> Limits { Limits((lower, true), (upper, true)) }
  static func from(_ lower: Value, below upper: Value) -> Limits { Limits((lower, true), (upper, false)) }
  static func above(_ lower: Value, through upper: Value) -> Limits { Limits((lower, false), (upper, true)) }

  func contains(_ value: Value) -> Bool {
    if let lower, value < lower.value || (value == lower.value && !lower.isInside) { return false }
    if let upper, value > upper.value || (value == upper.value && !upper.isInside) { return false }
    return true
  }

  /// As the help says it: "at least 1", "above 0", "0 to 1", "at least 0, below 1", "above 0, at most 1".
  var description: String {
    if let lower, let upper, lower.isInside, upper.isInside {
      return "\(lower.value.argument) to \(upper.value.argument)"
    }
    let ends = [
      lower.map { "\($0.isInside ? "at least" : "above") \($0.value.argument)" },
      upper.map { "\($0.isInside ? "at most" : "below") \($0.value.argument)" },
    ]
    return ends.compactMap { $0 }.joined(separator: ", ")
  }
}
