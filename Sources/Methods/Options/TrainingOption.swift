/// One choice that decides a training, declared once in `trainingOptions`: the command line, its help, the check of
/// `config.json`, the defaults and the check of a resumed run follow from it.
package struct TrainingOption: Sendable {
  /// The headings of the options in the help, in the help's order.
  package enum Section: String, Sendable, CaseIterable {
    case views = "Views"
    case encoder = "Encoder"
    case method = "Method"
    case optimizer = "Optimiser"
  }

  /// With its dashes: "--epochs".
  package let name: String
  package let section: Section
  /// The value's placeholder in the help; nil for a flag.
  package let placeholder: String?
  /// One line of help.
  package let help: String
  /// The allowed values and the default, as the help shows them.
  package let range, defaultText: String
  /// What a text must be: "a number (0 to 1)".
  package let meaning: String
  /// The words to choose from; empty where the values cannot be listed.
  package let words: [String]
  /// Whether it needs a trained predictor.
  package private(set) var needsPredictor = false
  /// The names of options that contradict it.
  package private(set) var excluded: [String] = []
  /// The methods that have it, by name; nil for all.
  package private(set) var owners: [String]?

  /// Whether it concerns networks alone, and not patch features.
  package private(set) var needsNetwork = true

  /// Parses a text, nil if it is not allowed; the text of a flag is empty.
  package let read: @Sendable (String) -> TrainingChoice?
  /// See `ArgumentValue.fault`.
  package let fault: @Sendable (String) -> ArgumentFault?
  /// Why a configuration's value is invalid; nil if it is valid.
  package let impossibility: @Sendable (TrainingConfiguration) -> String?
  /// Derives the default from the other values, where it depends on them.
  package private(set) var complete: (@Sendable (inout TrainingConfiguration) -> Void)?
  /// Limits the value by the number of images.
  package private(set) var fit: @Sendable (inout TrainingConfiguration, Int) -> Void = { _, _ in }
}

/// The choice given for one option.
package struct TrainingChoice: Sendable {
  /// Its text in messages: "--epochs 3".
  package let spelling: String
  /// Applies the choice to a configuration.
  package let apply: @Sendable (inout TrainingConfiguration) -> Void
  /// Why the choice contradicts a run to be resumed, given its number of images; nil if it does not.
  package let refusal: @Sendable (TrainingConfiguration, _ images: Int) -> String?
}

extension TrainingOption {
  /// An option with a value.
  ///
  /// - Parameters:
  ///   - key: the value's name in `TrainingConfiguration`.
  ///   - stored: the limits for `config.json`, if a program may set more than the command line.
  ///   - defaultText: what the help says for the default, where it is not simply the value of `TrainingConfiguration()`.
  ///   - reason: why a resumed run keeps its value, if that needs an explanation.
  ///   - found: the text for a resumed run's value in messages.
  ///   - fit: cuts a value to a number of images.
  ///   - complete: derives the default from the other values, where it depends on them.
  init<Value: ArgumentValue>(
    _ name: String, _ section: Section, key: String,
    _ path: any WritableKeyPath<TrainingConfiguration, Value> & Sendable, value placeholder: String? = nil,
    in limits: Limits<Value>? = nil, stored: Limits<Value>? = nil, defaultText: String? = nil,
    needsPredictor: Bool = false, needsNetwork: Bool = true,
    reason: String = "", found: @escaping @Sendable (Value) -> String = { $0.argument },
    fit: (@Sendable (Value, Int) -> Value)? = nil,
    complete: (@Sendable (inout TrainingConfiguration) -> Void)? = nil, help: String
  ) {
    (self.name, self.section, self.help, self.needsPredictor) = (name, section, help, needsPredictor)
    self.needsNetwork = needsNetwork
    self.placeholder = placeholder ?? Value.placeholder
    self.complete = complete
    range = limits?.description ?? Value.range
    meaning = Value.meaning + (limits.map { " (\($0))" } ?? "")
    words = Value.words
    fault = { Value.fault(in: $0) }
    self.defaultText = defaultText ?? Self.defaults { $0[keyPath: path].argument }
    impossibility = { configuration in
      let value = configuration[keyPath: path]
      guard let allowed = stored ?? limits, !allowed.contains(value) else { return nil }
      return "\(key) is \(value.argument), not within \(allowed)"
    }
    read = { text in
      guard let value = Value(argument: text), limits?.contains(value) ?? true else { return nil }
      return TrainingChoice(
        spelling: "\(name) \(value.argument)", apply: { $0[keyPath: path] = value },
        refusal: { run, images in
          let (asked, kept) = (fit?(value, images) ?? value, run[keyPath: path])
          guard asked != kept else { return nil }
          return "\(name) \(asked.argument): the run to resume has \(found(kept)), and keeps it\(reason)"
        })
    }
    if let fit { self.fit = { $0[keyPath: path] = fit($0[keyPath: path], $1) } }
  }

  /// A flag that sets a value.
  ///
  /// - Parameter refusal: the message for a resumed run with another value.
  init<Value: Equatable & Sendable>(
    flag name: String, _ section: Section,
    _ path: any WritableKeyPath<TrainingConfiguration, Value> & Sendable, to value: Value,
    needsPredictor: Bool = false, excluding excluded: [String] = [],
    complete: (@Sendable (inout TrainingConfiguration) -> Void)? = nil,
    refusal: @escaping @Sendable (TrainingConfiguration) -> String, help: String
  ) {
    (self.name, self.section, self.help, self.needsPredictor) = (name, section, help, needsPredictor)
    (self.excluded, self.complete, placeholder) = (excluded, complete, nil)
    (range, defaultText, meaning, words) = ("", "", "", [])
    (fault, impossibility) = ({ _ in nil }, { _ in nil })
    read = { _ in
      TrainingChoice(
        spelling: name, apply: { $0[keyPath: path] = value },
        refusal: { run, _ in run[keyPath: path] == value ? nil : "\(name): the run to resume \(refusal(run))"
        })
    }
  }

  /// A method's own option.
  init(_ option: MethodOption, of owners: [String]) {
    let name = "--" + option.name
    (self.name, section, self.owners) = (name, .method, owners)
    needsNetwork = !owners.contains(Patches.name)
    help = "\(owners.joined(separator: ", ")): \(option.help)"
    // What `config.json` holds of it is checked with its method.
    impossibility = { _ in nil }
    fault = { _ in nil }
    switch option.kind {
    case .flag: (placeholder, range, meaning, words) = (nil, "", "", [])
    case .number(_, let range):
      (placeholder, words) = (Double.placeholder, [])
      self.range = "\(range.lowerBound.argument) to \(range.upperBound.argument)"
      meaning = "\(Double.meaning) (\(self.range))"
    case .integer(_, let range):
      (placeholder, words) = (Int.placeholder, [])
      self.range = "\(range.lowerBound) to \(range.upperBound)"
      meaning = "\(Int.meaning) (\(self.range))"
    case .word(_, let words):
      (placeholder, self.words, range) = ("NAME", words, words.joined(separator: ", "))
      meaning = "one of \(range)"
    }
    defaultText = option.kind == .flag ? "" : option.defaultValue.text
    read = { text in
      guard let value = option.value(argument: text) else { return nil }
      return TrainingChoice(
        spelling: name, apply: { $0.options[option] = value },
        refusal: { run, _ in
          guard run.parts.contains(where: { $0.options.contains(option) }) else {
            return "\(name): the run to resume has no such option: its method is \(run.method), and keeps it"
          }
          let found = run.options[option]
          return found == value ? nil : "\(name): the run to resume has \(found.text), and keeps it"
        })
    }
  }

  /// "2; with vicreg 3": the default, and the methods that have another.
  private static func defaults(_ text: (TrainingConfiguration) -> String) -> String {
    let standard = text(TrainingConfiguration())
    let others = methods.map { ($0.name, text(TrainingConfiguration($0))) }.filter { $0.1 != standard }
    let values = others.map(\.1).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return values.reduce(standard) { result, value in
      let names = others.filter { $0.1 == value }.map(\.0).joined(separator: ", ")
      return "\(result); with \(names) \(value)"
    }
  }
}

extension MethodOption {
  /// The value of a text, nil if it is not allowed; a flag's text is empty.
  func value(argument text: String) -> MethodValue? {
    let value: MethodValue? =
      switch kind {
      case .flag: .flag(true)
      case .number: Double(argument: text).map { .number($0) }
      case .integer: Int(argument: text).map { .number(Double($0)) }
      case .word: .word(text)
      }
    return value.flatMap { allows($0) ? $0 : nil }
  }
}

extension MethodValue {
  /// The value's text in messages.
  var text: String {
    switch self {
    case .flag(let isSet): isSet ? "it" : "it off"
    case .number(let number): number.argument
    case .word(let word): word
    }
  }
}
