import SiamMethods

/// The words after a command's name, parsed by declarations.
///
/// Each call declares an option or a positional, with its help, and returns its value, so the parser and the help
/// cannot disagree. Words follow the common rules: `--name value`, `--name=value`, `-n value`; options and positionals
/// in any order; `--` ends the options; a word that begins with a dash is an option, except `-` alone and a
/// negative number as a value.
struct Arguments {
  /// The declarations so far.
  private(set) var declarations = Declarations()
  /// Whether calls only declare, and return placeholder values.
  let isDeclaring: Bool

  private var values: [String: String] = [:]
  /// The values of options that may be given several times.
  private var repeated: [String: [String]] = [:]
  private var flags: Set<String> = []
  private var positionals: ArraySlice<String> = []
  private var section = "Options"

  /// Arguments without words that report no errors, to collect declarations.
  static func declaring() -> Arguments { Arguments(isDeclaring: true) }

  private init(isDeclaring: Bool) { self.isDeclaring = isDeclaring }

  /// Splits words into options, their values, and positionals.
  ///
  /// - Throws: on an unknown or repeated option, a missing value, or a value for a flag.
  init(_ words: [String], knowing known: Declarations) throws(UsageError) {
    self.init(isDeclaring: false)
    var positionals: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positionals += rest
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        positionals.append(word)
        continue
      }
      let cut = word.hasPrefix("--") ? word.firstIndex(of: "=") : nil
      let spelled = String(word[..<(cut ?? word.endIndex)])
      guard let option = known.option(named: spelled) else { throw Self.unknown(spelled, known: known) }
      guard values[option.name] == nil, !flags.contains(option.name) else {
        throw UsageError("\(option.name) is given twice")
      }
      if option.isFlag {
        guard cut == nil else { throw UsageError("\(option.name) takes no value") }
        flags.insert(option.name)
      } else if let cut {
        take(String(word[word.index(after: cut)...]), of: option)
      } else {
        guard let value = rest.popFirst(), !Self.looksLikeOption(value) else {
          throw UsageError("\(spelled) needs a value")
        }
        take(value, of: option)
      }
    }
    self.positionals = positionals[...]
  }

  private mutating func take(_ value: String, of option: Declarations.Option) {
    if option.isRepeatable {
      repeated[option.name, default: []].append(value)
    } else {
      values[option.name] = value
    }
  }

  private static func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private static func unknown(_ spelled: String, known: Declarations) -> UsageError {
    let names = known.options.flatMap { [$0.name] + ($0.short.map { [$0] } ?? []) } + ["--help"]
    return UsageError("unknown option \(quoted(spelled))" + suggestion(forOption: spelled, among: names))
  }

  /// Starts a new section of the help for the options declared after this call.
  mutating func section(_ title: String) { section = title }

  /// Whether the flag is given.
  mutating func flag(_ name: String, short: String? = nil, help: String) -> Bool {
    declare(name, short, placeholder: nil, help: help, range: "", otherwise: nil)
    return flags.contains(name)
  }

  /// The option's value, or `default`.
  mutating func option<Value: ArgumentValue>(
    _ name: String, short: String? = nil, value placeholder: String? = nil, default value: Value,
    in limits: Limits<Value>? = nil, help: String
  ) throws(UsageError) -> Value {
    declare(
      name, short, placeholder: placeholder ?? Value.placeholder, help: help,
      range: limits?.description ?? Value.range, otherwise: value.argument, words: Value.words)
    guard let text = values[name] else { return value }
    return try read(text, as: name, in: limits)
  }

  /// The option's value, or nil; `otherwise` is the help's text for the default.
  mutating func option<Value: ArgumentValue>(
    _ name: String, short: String? = nil, value placeholder: String? = nil, as type: Value.Type = Value.self,
    otherwise: String, in limits: Limits<Value>? = nil, help: String
  ) throws(UsageError) -> Value? {
    declare(
      name, short, placeholder: placeholder ?? Value.placeholder, help: help,
      range: limits?.description ?? Value.range, otherwise: otherwise, words: Value.words)
    guard let text = values[name] else { return nil }
    return try read(text, as: name, in: limits)
  }

  /// The values of an option that may be given several times.
  mutating func every<Value: ArgumentValue>(
    _ name: String, value placeholder: String, otherwise: String, help: String
  ) throws(UsageError) -> [Value] {
    declarations.add(
      .init(
        name: name, placeholder: placeholder, help: help, range: "may be given several times",
        otherwise: otherwise, isRepeatable: true, section: section))
    var elements: [Value] = []
    for text in repeated[name] ?? [] { elements.append(try read(text, as: name, in: nil)) }
    return elements
  }

  /// The choice made for a training option; nil if the option is absent.
  mutating func choice(of option: TrainingOption) throws(UsageError) -> TrainingChoice? {
    let name = option.name
    guard option.placeholder != nil else { return flag(name, help: option.help) ? option.read("") : nil }
    declare(
      name, nil, placeholder: option.placeholder, help: option.help, range: option.range,
      otherwise: option.defaultText, words: option.words)
    guard let text = values[name] else { return nil }
    guard let choice = option.read(text) else {
      throw Self.complaint(name, text, option.meaning, option.words, option.fault(text))
    }
    return choice
  }

  /// The text of a required option.
  mutating func required(
    _ name: String, short: String? = nil, value placeholder: String, help: String
  ) throws(UsageError) -> String {
    declare(name, short, placeholder: placeholder, help: help, range: "", otherwise: nil)
    if isDeclaring { return placeholder }
    guard let text = values[name] else {
      throw UsageError("\(short ?? name) \(placeholder) is required")
    }
    return try read(text, as: name, in: nil)
  }

  /// Checks the ending of a path to write to, which says what is written there.
  ///
  /// - Parameter name: the option that names it.
  func require(_ path: String?, of name: String = "--output", toEndIn ending: String) throws(UsageError) {
    guard !isDeclaring, let path, !path.lowercased().hasSuffix(ending) else { return }
    throw UsageError("\(name) \(quoted(path)) must end in \(ending)")
  }

  /// A list's elements, separated by commas, or `default`; each element must be within the limits.
  mutating func list<Value: ArgumentValue>(
    _ name: String, short: String? = nil, value placeholder: String? = nil, default values: [Value],
    each limits: Limits<Value>? = nil, help: String
  ) throws(UsageError) -> [Value] {
    let range = limits?.description ?? Value.range
    declare(
      name, short, placeholder: placeholder ?? "\(Value.placeholder),…", help: help,
      range: range.isEmpty ? "" : "each \(range)", otherwise: values.map(\.argument).joined(separator: ","))
    guard let text = self.values[name] else { return values }
    var elements: [Value] = []
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      elements.append(try read(String(element), as: name, in: limits))
    }
    return elements
  }

  /// The next positional; `words` are those to choose from, where they can be listed.
  mutating func positional(
    _ name: String, among words: [String] = [], help: String
  ) throws(UsageError) -> String {
    declarations.add(.init(name: name, help: help, count: .one, words: words))
    if isDeclaring { return name }
    guard let word = positionals.popFirst() else { throw UsageError("\(name) is required: \(help)") }
    guard !word.isEmpty else { throw UsageError("\(name) is empty") }
    return word
  }

  /// The next positional, if there is one.
  mutating func optionalPositional(_ name: String, among words: [String] = [], help: String) -> String? {
    declarations.add(.init(name: name, help: help, count: .oneOrNone, words: words))
    return positionals.popFirst()
  }

  /// All positionals that are left, at least one.
  mutating func positionals(_ name: String, help: String) throws(UsageError) -> [String] {
    declarations.add(.init(name: name, help: help, count: .oneOrMore))
    if isDeclaring { return [name] }
    guard !positionals.isEmpty else { throw UsageError("\(name) is required: \(help)") }
    guard !positionals.contains("") else { throw UsageError("\(name) is empty") }
    defer { positionals = [] }
    return Array(positionals)
  }

  /// Checks that every word was read.
  consuming func finish() throws(UsageError) {
    if let word = positionals.first { throw UsageError("unexpected \(quoted(word))") }
  }

  private mutating func declare(
    _ name: String, _ short: String?, placeholder: String?, help: String, range: String, otherwise: String?,
    words: [String] = []
  ) {
    declarations.add(
      .init(
        name: name, short: short, placeholder: placeholder, help: help, range: range, otherwise: otherwise,
        section: section, words: words))
  }

  private func read<Value: ArgumentValue>(
    _ text: String, as name: String, in limits: Limits<Value>?
  ) throws(UsageError) -> Value {
    guard let value = Value(argument: text), limits?.contains(value) ?? true else {
      let wanted = Value.meaning + (limits.map { " (\($0))" } ?? "")
      throw Self.complaint(name, text, wanted, Value.words, Value.fault(in: text))
    }
    return value
  }

  /// "--k must be an integer (at least 1), not “0”", or what is wrong with the text and where.
  private static func complaint(
    _ name: String, _ text: String, _ wanted: String, _ words: [String], _ fault: ArgumentFault?
  ) -> UsageError {
    guard let fault else {
      let hint = words.isEmpty ? "" : suggestion(for: text, among: words)
      return UsageError("\(name) must be \(wanted), not \(quoted(text))" + hint)
    }
    let rest = String(text.dropFirst(fault.offset))
    let position = rest.isEmpty ? "at its end" : "at \(quoted(rest))"
    return UsageError("\(name) \(quoted(text)), \(position): \(fault.reason)")
  }
}
