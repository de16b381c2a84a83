/// Prints the completions for a shell: `siam completions bash`.
struct CompletionsCommand: Command {
  static let name = "completions"
  static let summary = "Print a script that completes siam's commands, options and values in a shell."
  static let details = """
    To have them in every shell: in ~/.bashrc eval "$(siam completions bash)", in ~/.zshrc, after compinit, eval "$(siam \
    completions zsh)", in ~/.config/fish/config.fish siam completions fish | source.
    """
  static let examples = [
    UsageExample("siam completions bash", "the script for bash; eval makes it known at once")
  ]

  let shell: Shell

  init(_ arguments: inout Arguments) throws(UsageError) {
    let names = Shell.allCases.map(\.rawValue)
    let name = try arguments.positional("SHELL", among: names, help: names.joined(separator: ", "))
    if arguments.isDeclaring {
      shell = .bash
      return
    }
    guard let shell = Shell(rawValue: name) else {
      throw UsageError("no completions for \(quoted(name)); there are \(names.joined(separator: ", "))")
    }
    self.shell = shell
  }

  func run() throws { Output.standard.line(shell.completions(of: allCommands)) }
}
