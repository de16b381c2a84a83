/// A script for fish: a line for each word that may be typed.
func fishCompletions(of commands: [any Command.Type]) -> String {
  let lines = commands.flatMap(lines)
  return """
    # Completions of siam for fish. In ~/.config/fish/config.fish: siam completions fish | source
    function __siam_is
      set -l words (commandline -opc)
      test (count $words) -gt 1; and test $words[2] = $argv[1]
    end
    complete -c siam -f
    \(lines.joined(separator: "\n"))
    """
}

private func lines(for command: any Command.Type) -> [String] {
  let declarations = command.declarations
  var lines = [
    "complete -c siam -n 'test (count (commandline -opc)) -eq 1' -a \(command.name) -d "
      + quotedForFish(command.summary)
  ]
  lines += declarations.options.map { line(for: $0, of: command) }
  lines += declarations.positionals.enumerated().compactMap { line(for: $1, at: $0, of: command) }
  return lines + [condition(command) + " -l help -d 'explain the command'"]
}

private func condition(_ command: any Command.Type) -> String {
  "complete -c siam -n '__siam_is \(command.name)'"
}

private func line(for option: Declarations.Option, of command: any Command.Type) -> String {
  let short = option.short.map { " -s \($0.dropFirst())" } ?? ""
  let value = option.isFlag ? "" : values(Completion(option), asOption: true)
  return condition(command) + short + " -l \(option.name.dropFirst(2))" + value + " -d "
    + quotedForFish(brief(option.help))
}

/// The first positional may be one of a few words; paths are offered where it is, or else behind it.
private func line(
  for positional: Declarations.Positional, at index: Int, of command: any Command.Type
) -> String? {
  let completion = Completion(positional)
  let first = command.declarations.positionals.first?.words ?? []
  let isFirstWord = !positional.words.isEmpty && index == 0
  let place = first.isEmpty ? "" : "; and test (count (commandline -opc)) \(isFirstWord ? "-eq" : "-gt") 2"
  guard completion != .nothing else { return nil }
  return "complete -c siam -n '__siam_is \(command.name)\(place)'" + values(completion, asOption: false)
}

private func values(_ completion: Completion, asOption: Bool) -> String {
  let exclusive = asOption ? " -x" : ""
  return switch completion {
  case .words(let words): exclusive + " -a " + quotedForFish(words.joined(separator: " "))
  case .folders: exclusive + " -a '(__fish_complete_directories)'"
  case .files: (asOption ? " -r" : "") + " -F"
  case .nothing: exclusive
  }
}

/// Between single quotes, in which fish reads backslashes.
private func quotedForFish(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
}
