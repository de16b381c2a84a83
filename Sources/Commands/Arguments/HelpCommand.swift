/// Explains the program, one of its commands, or recipes: `siam help [COMMAND]`.
struct HelpCommand: Command {
  static let name = "help"
  static let summary = "Explain the program, or one command with all its options."

  static let examples = [
    UsageExample("siam help train", "every option of siam train, with its default"),
    UsageExample("siam help recipes", "the augmentations that a recipe can have"),
  ]

  let topic: String?

  init(_ arguments: inout Arguments) throws(UsageError) {
    topic = arguments.optionalPositional(
      "COMMAND", among: allCommands.map { $0.name } + [Help.recipeTopic],
      help: "the command to explain, or \(Help.recipeTopic)")
  }

  init(topic: String?) { self.topic = topic }

  func run() throws {
    let width = min(Terminal(.standard).width, Terminal.defaultWidth)
    guard let topic else { return Output.standard.line(Help.overview(of: allCommands, width: width)) }
    if topic == Help.recipeTopic { return Output.standard.line(Help.recipes(width: width)) }
    Output.standard.line(Help.text(of: try command(named: topic), width: width))
  }
}

/// The subcommand of that name.
///
/// - Throws: `UsageError` with the nearest name.
func command(named name: String) throws(UsageError) -> any Command.Type {
  if let command = allCommands.first(where: { $0.name == name }) { return command }
  throw UsageError("unknown command \(quoted(name))" + suggestion(forCommand: name))
}
