/// What a command accepts: collected while its `init` reads, then used to cut the words and to write the help.
struct Declarations: Equatable {
  /// An option or a flag.
  struct Option: Equatable {
    /// The long form, with its dashes: `--epochs`.
    var name: String
    /// The short form, with its dash: `-o`.
    var short: String?
    /// What stands for the value in the help; nil for a flag.
    var placeholder: String?
    /// One line of help.
    var help: String
    /// The values allowed, as the help says them; empty where any will do.
    var range: String
    /// The value taken when the option is absent, as the help says it; nil where it must be given or is a flag.
    var otherwise: String?
    /// The heading it stands under.
    var section: String

    var isFlag: Bool { placeholder == nil }
    var isRequired: Bool { placeholder != nil && otherwise == nil }
  }

  /// A word without a dash.
  struct Positional: Equatable {
    enum Count: Equatable { case one, oneOrNone }
    /// What stands for it in the help: `ROOT`.
    var name: String
    var help: String
    var count: Count
  }

  private(set) var options: [Option] = []
  private(set) var positionals: [Positional] = []

  /// - Precondition: no option of that name stands there yet, and the names begin with their dashes.
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
    // Words are taken in order, so what may be missing comes last.
    precondition(
      positionals.last?.count != .oneOrNone || positional.count == .oneOrNone,
      "\(positional.name) comes after one that may be missing")
    positionals.append(positional)
  }

  /// The option with that long or short form.
  func option(named name: String) -> Option? {
    options.first { $0.name == name || $0.short == name }
  }
}
