/// What a shell offers for a value on the command line.
enum Completion: Equatable {
  case words([String])
  case folders, files
  /// Nothing that could be listed, such as a number.
  case nothing

  /// - Parameter placeholder: what the help calls the value, which tells whether it is a path.
  private init(_ words: [String], placeholder: String) {
    switch placeholder {
    case _ where !words.isEmpty: self = .words(words)
    case "ROOT", "FOLDER": self = .folders
    case "FILE", "RUN", "RUN2", "RUN3", "PHOTO": self = .files
    default: self = .nothing
    }
  }

  init(_ option: Declarations.Option) { self.init(option.words, placeholder: option.placeholder ?? "") }
  init(_ positional: Declarations.Positional) { self.init(positional.words, placeholder: positional.name) }
}

/// The shells that completions are made for.
enum Shell: String, CaseIterable {
  case bash, zsh, fish

  /// The script that completes the commands' words.
  func completions(of commands: [any Command.Type]) -> String {
    switch self {
    case .bash: bashCompletions(of: commands)
    case .zsh: zshCompletions(of: commands)
    case .fish: fishCompletions(of: commands)
    }
  }
}

/// The beginning of a help text, which is all that a list in a shell has room for.
func brief(_ help: String) -> String {
  shortened(String(help.prefix { !";:".contains($0) }), to: 72)
}

/// A text between single quotes, as a Bourne shell and zsh read it.
func singleQuoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
