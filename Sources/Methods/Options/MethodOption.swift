/// An option of a method, by its name on the command line and in `config.json`.
package struct MethodOption: Sendable, Equatable {
  /// The allowed values and the default.
  package enum Kind: Sendable, Equatable {
    /// Off by default.
    case flag
    case number(default: Double, in: ClosedRange<Double>)
    case integer(default: Int, in: ClosedRange<Int>)
    case word(default: String, of: [String])
  }

  /// Without dashes: "tau".
  package let name: String
  package let kind: Kind
  /// One line of help.
  package let help: String
  /// Whether features are expected to collapse under it.
  package let endangers: Bool

  package init(_ name: String, _ kind: Kind, endangers: Bool = false, help: String) {
    (self.name, self.kind, self.help, self.endangers) = (name, kind, help, endangers)
  }

  /// The default.
  package var defaultValue: MethodValue {
    switch kind {
    case .flag: .flag(false)
    case .number(let value, _): .number(value)
    case .integer(let value, _): .number(Double(value))
    case .word(let value, _): .word(value)
    }
  }

  package func allows(_ value: MethodValue) -> Bool {
    switch (kind, value) {
    case (.flag, .flag): true
    case (.number(_, let range), .number(let value)): range.contains(value)
    case (.integer(_, let range), .number(let value)): Int(exactly: value).map(range.contains) ?? false
    case (.word(_, let words), .word(let value)): words.contains(value)
    default: false
    }
  }
}

/// The value of a method's option.
public enum MethodValue: Sendable, Equatable, Codable {
  /// Whether a flag is set.
  case flag(Bool)
  /// A number; integers are stored as numbers too.
  case number(Double)
  /// One of the option's words.
  case word(String)

  /// Reads a Boolean, a number or a string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .word(try container.decode(String.self))
    }
  }

  /// Writes a Boolean, a number or a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .flag(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .word(let word): try container.encode(word)
    }
  }
}

/// The values of a method's options; an absent option has its default.
public struct MethodValues: Sendable, Equatable, Codable {
  /// The chosen values by option name.
  public var byName: [String: MethodValue] = [:]

  package init() {}
  /// Reads an object of values by option name.
  public init(from decoder: any Decoder) throws { byName = try [String: MethodValue](from: decoder) }
  /// Writes an object of values by option name.
  public func encode(to encoder: any Encoder) throws { try byName.encode(to: encoder) }

  /// - Precondition: a value that the option allows.
  package subscript(option: MethodOption) -> MethodValue {
    get { byName[option.name] ?? option.defaultValue }
    set {
      precondition(option.allows(newValue), "--\(option.name) cannot be \(newValue)")
      byName[option.name] = newValue
    }
  }

  /// Whether a flag is set.
  package func flag(_ option: MethodOption) -> Bool { self[option] == .flag(true) }

  /// The number of an option that has one.
  package func number(_ option: MethodOption) -> Double {
    guard case .number(let number) = self[option] else {
      preconditionFailure("--\(option.name) has no number")
    }
    return number
  }

  /// The word of an option that has one.
  package func word(_ option: MethodOption) -> String {
    guard case .word(let word) = self[option] else { preconditionFailure("--\(option.name) has no word") }
    return word
  }

  /// Fills in the defaults of some methods' options, so that a run keeps them if a later version changes them.
  package mutating func complete(for methods: [any LearningMethod.Type]) {
    for option in methods.flatMap({ $0.options }) { self[option] = self[option] }
  }

  /// Why these values are invalid for some methods that are at work together; nil if they are valid.
  func impossibility(for methods: [any LearningMethod.Type]) -> String? {
    for (name, value) in byName.sorted(by: { $0.key < $1.key }) {
      guard let option = methods.flatMap({ $0.options }).first(where: { $0.name == name }) else {
        return "\(methods.map { $0.name }.joined(separator: "+")) has no option \(name)"
      }
      if !option.allows(value) { return "\(name) has an invalid value" }
    }
    return nil
  }
}
