/// What an option's value can be read as.
protocol ArgumentValue: Comparable, Sendable {
  /// Nil if the text means no such value.
  init?(argument: String)
  /// The value as a person would type it; `init(argument:)` reads it back.
  var argument: String { get }
  /// What stands for the value in the help.
  static var placeholder: String { get }
  /// What it is, for "--k wants …".
  static var meaning: String { get }
  /// The values allowed without further limits; empty where there is nothing to say.
  static var range: String { get }
  /// What to add to the complaint about a text; empty, or begins with a divider.
  static func hint(for text: String) -> String
}

extension ArgumentValue {
  static var range: String { "" }
  static func hint(for text: String) -> String { "" }
}

extension ArgumentValue where Self: FixedWidthInteger {
  init?(argument: String) { self.init(argument) }
  var argument: String { description }
  static var placeholder: String { "N" }
  static var meaning: String { "a whole number" }
}

extension Int: ArgumentValue {}

extension UInt64: ArgumentValue {
  static var meaning: String { "a whole number from 0 to 2^64 - 1" }
}

extension ArgumentValue where Self: BinaryFloatingPoint & LosslessStringConvertible {
  /// Finite numbers in decimal notation only.
  init?(argument: String) {
    guard argument.allSatisfy({ "0123456789+-.eE".contains($0) }), let value = Self(argument), value.isFinite
    else { return nil }
    self = value
  }
  /// As short as it reads back; whole numbers without a point.
  var argument: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
  static var placeholder: String { "X" }
  static var meaning: String { "a number" }
}

extension Double: ArgumentValue {}
extension Float: ArgumentValue {}

extension String: ArgumentValue {
  /// Any text but the empty one.
  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self = argument
  }
  var argument: String { self }
  static var placeholder: String { "TEXT" }
  static var meaning: String { "some text" }
}

/// A value out of a few words: an enumeration with raw strings need only be declared as one.
protocol ArgumentChoice: ArgumentValue, CaseIterable, RawRepresentable<String> {}

extension ArgumentChoice {
  init?(argument: String) { self.init(rawValue: argument) }
  var argument: String { rawValue }
  static var placeholder: String { "NAME" }
  static var meaning: String { "one of \(range)" }
  static var range: String { allCases.map(\.rawValue).joined(separator: ", ") }
  static func hint(for text: String) -> String { suggestion(for: text, among: allCases.map(\.rawValue)) }
  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
