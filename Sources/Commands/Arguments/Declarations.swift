/// What a command accepts: collected while its `init` runs, then used to parse the words and to write the help.
struct Declarations: Equatable {
  /// An option or a flag.
  struct Option: Equatable {
    /// The long form, with its dashes: `--epochs`.
    var name: String
    /// The short form, with its dash: `-o`.
    var short: String?
    /// The value's placeholder in the help; nil for a flag.
    var placeholder: String?
    /// One line of help.
    var help: String
    /// The allowed values, as the help shows them; empty if any will do.
    var range: String
    /// The default, as the help shows it; nil for a required option or a flag.
    var otherwise: String?
    /// Whether it may be given several times.
    var isRepeatable = false
    /// The heading it is listed under.
    var section: String
    /// The words to choose its value from; empty where the values cannot be listed.
    var words: [String] = []

    var isFlag: Bool { placeholder == nil }
    var isRequired: Bool { placeholder != nil && otherwise == nil }
  }

  /// A positional argument.
  struct Positional: Equatable {
    enum Count: Equatable { case one, oneOrNone, oneOrMore }
    /// Its placeholder in the help: `ROOT`.
    var name: String
    var help: String
    var count: Count
    /// The words to choose it from; empty where they cannot be listed.
    var words: [String] = []
  }

  private(set) var options: [Option] = []
  private(set) var positionals: [Positional] = []

  /// - Precondition: the names begin with their dashes and are not declared yet.
  mutating func add(_ option: Option) {
    precondition(option.name.hasPrefix("--"), "\(option.name) must begin with two dashes")
    precondition(self.option(named: option.name) == nil, "\(option.name) is declared twice")
    if let short = option.short {
      precondition(short.count == 2 && short.hasPrefix("-"), "\(short) must be a dash and a letter")
      precondition(self.option(named: short) == nil, "\(short) is declared twice")
    }
    options.append(option)
  }

  mutating func add(_ positional: Positional) {
    // Positionals are read in order, so optional ones come last.
    precondition(
      positionals.last?.count != .oneOrMore
        && (positionals.last?.count != .oneOrNone || positional.count == .oneOrNone),
      "\(positional.name) comes after one that may be missing")
    positionals.append(positional)
  }

  /// The option with that long or short form.
  func option(named name: String) -> Option? {
    options.first { $0.name == name || $0.short == name }
  }
}
