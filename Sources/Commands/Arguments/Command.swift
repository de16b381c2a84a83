/// A subcommand: `siam <name> …`.
///
/// `init` declares and reads every option and positional first, in the order in which the help shows them, and only
/// then checks how they fit together. The help is made by running `init` on no words at all, so a declaration must
/// depend on no value read before it.
protocol Command: SendableMetatype {
  /// The word after `siam`.
  static var name: String { get }
  /// One sentence for the list of commands.
  static var summary: String { get }
  /// The help text after the options; blank lines separate paragraphs.
  static var details: String { get }
  /// Command lines that show what it is for, each of which the command takes.
  static var examples: [UsageExample] { get }

  init(_ arguments: inout Arguments) throws(UsageError)

  /// Runs the command; an error's exit code follows from its type (`ExitCode.init(of:)`).
  func run() throws
}

extension Command {
  static var details: String { "" }
  static var examples: [UsageExample] { [] }

  /// The declarations that `init` makes.
  static var declarations: Declarations {
    var arguments = Arguments.declaring()
    // The checks after the declarations may reject the placeholder values; by then the declarations are complete.
    _ = try? Self(&arguments)
    return arguments.declarations
  }

  /// Reads the words after the command's name.
  static func parse(_ words: [String]) throws(UsageError) -> Self {
    var arguments = try Arguments(words, knowing: declarations)
    let command = try Self(&arguments)
    try arguments.finish()
    return command
  }
}

/// Every subcommand, in the order of the help.
let allCommands: [any Command.Type] = [
  CheckCommand.self, PreviewCommand.self, TrainCommand.self, EvalCommand.self, ReportCommand.self,
  SearchCommand.self, DuplicatesCommand.self, OddCommand.self, LabelCommand.self, ExportCommand.self,
  ImportCommand.self, JoinCommand.self,
  LabCommand.self, RestoreCommand.self,
  HelpCommand.self, CompletionsCommand.self, ManualCommand.self, VersionCommand.self,
]
