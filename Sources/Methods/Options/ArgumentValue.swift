/// A value that an option can take on the command line.
package protocol ArgumentValue: Equatable, Sendable {
  /// Nil if the text is not such a value.
  init?(argument: String)
  /// The value as typed on the command line; `init(argument:)` reads it back.
  var argument: String { get }
  /// The value's placeholder in the help.
  static var placeholder: String { get }
  /// What it is, for "--k must be …".
  static var meaning: String { get }
  /// The allowed values without further limits, as the help shows them; may be empty.
  static var range: String { get }
  /// The words to choose from; empty where the values cannot be listed.
  static var words: [String] { get }
  /// What is wrong with a text that cannot be parsed, for values that can give details.
  static func fault(in text: String) -> ArgumentFault?
}

/// What is wrong with a text, and at which character.
package struct ArgumentFault: Sendable, Equatable {
  package let offset: Int
  package let reason: String

  package init(offset: Int, reason: String) { (self.offset, self.reason) = (offset, reason) }
}

extension ArgumentValue {
  package static var words: [String] { [] }
  package static var range: String { words.joined(separator: ", ") }
  package static func fault(in text: String) -> ArgumentFault? { nil }
}

extension ArgumentValue where Self: FixedWidthInteger {
  package init?(argument: String) { self.init(argument) }
  package var argument: String { description }
  package static var placeholder: String { "N" }
  package static var meaning: String { "an integer" }
}

extension Int: ArgumentValue {}

extension UInt64: ArgumentValue {
  package static var meaning: String { "an integer from 0 to 2^64 - 1" }
}

extension ArgumentValue where Self: BinaryFloatingPoint & LosslessStringConvertible {
  /// Finite numbers in decimal notation only.
  package init?(argument: String) {
    guard argument.allSatisfy({ "0123456789+-.eE".contains($0) }), let value = Self(argument), value.isFinite
    else { return nil }
    self = value
  }
  /// The shortest text that reads back; integers without a point.
  package var argument: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
  package static var placeholder: String { "X" }
  package static var meaning: String { "a number" }
}

extension Double: ArgumentValue {}
extension Float: ArgumentValue {}

extension String: ArgumentValue {
  /// Any non-empty text.
  package init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self = argument
  }
  package var argument: String { self }
  package static var placeholder: String { "TEXT" }
  package static var meaning: String { "non-empty text" }
}

/// A choice between a few words; an enum with raw strings only needs to conform.
package protocol ArgumentChoice: ArgumentValue, CaseIterable, RawRepresentable<String> {}

extension ArgumentChoice {
  package init?(argument: String) { self.init(rawValue: argument) }
  package var argument: String { rawValue }
  package static var placeholder: String { "NAME" }
  package static var meaning: String { "one of \(range)" }
  package static var words: [String] { allCases.map(\.rawValue) }
}
