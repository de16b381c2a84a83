/// The help texts, made from the commands' own declarations.
enum Help {
  /// What `siam help` prints.
  static func overview(of commands: [any Command.Type], width: Int) -> String {
    let names = entries(commands.map { ($0.name, $0.summary) }, indent: 2, width: width)
    let codes = entries(ExitCode.meanings.map { ("\($0.code.number)", $0.meaning) }, indent: 2, width: width)
    let lines =
      wrapped("Siam learns image features without labels from a folder of pictures.", width: width)
      + ["", "Usage: siam COMMAND …", "", "Commands"] + names + [""]
      + wrapped(
        "siam help COMMAND lists a command's options with their defaults, siam help \(recipeTopic) the augmentations.",
        width: width)
      + ["", "Exit codes"] + codes
    return lines.joined(separator: "\n")
  }

  /// What `siam help NAME` prints.
  static func text(of command: any Command.Type, width: Int) -> String {
    let declarations = command.declarations
    var lines = wrapped("siam \(command.name): \(command.summary)", width: width) + [""]
    lines += wrapped("Usage: \(usage(of: command.name, declarations))", width: width)
    if !declarations.positionals.isEmpty {
      lines += [""] + entries(declarations.positionals.map { ($0.name, $0.help) }, indent: 2, width: width)
    }
    for section in sections(declarations.options) {
      let options = declarations.options.filter { $0.section == section }
      lines +=
        ["", section] + entries(options.map { (spelling($0), explanation($0)) }, indent: 2, width: width)
    }
    for paragraph in command.details.split(separator: "\n\n") {
      lines += [""] + wrapped(String(paragraph), width: width)
    }
    if !command.examples.isEmpty { lines += ["", "Examples"] }
    for example in command.examples {
      lines += ["  " + example.line] + wrapped(example.meaning, width: width - 6).map { "      " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  /// `siam train ROOT -o RUN [options]`
  static func usage(of name: String, _ declarations: Declarations) -> String {
    let positionals = declarations.positionals.map { positional in
      switch positional.count {
      case .one: positional.name
      case .oneOrNone: "[\(positional.name)]"
      case .oneOrMore: "\(positional.name) [\(positional.name) …]"
      }
    }
    let required = declarations.options.filter(\.isRequired).map {
      "\($0.short ?? $0.name) \($0.placeholder ?? "")"
    }
    let others = declarations.options.allSatisfy(\.isRequired) ? [] : ["[options]"]
    return (["siam", name] + positionals + required + others).joined(separator: " ")
  }

  static func sections(_ options: [Declarations.Option]) -> [String] {
    options.map(\.section).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func spelling(_ option: Declarations.Option) -> String {
    (option.short.map { "\($0), " } ?? "    ") + option.name + (option.placeholder.map { " " + $0 } ?? "")
  }

  /// "passes over the images; at least 1 [20]"
  static func explanation(_ option: Declarations.Option) -> String {
    let range = option.range.isEmpty ? "" : "; \(option.range)"
    let otherwise = option.isFlag ? "" : option.otherwise.map { " [\($0)]" } ?? " (required)"
    return option.help + range + otherwise
  }

  /// Terms on the left, explanations on the right; a long term gets its own line.
  static func entries(_ entries: [(term: String, text: String)], indent: Int, width: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let left = min(30, entries.map { columns($0.term) }.max() ?? 0)
    let hanging = String(repeating: " ", count: indent + left + 2)
    return entries.flatMap { term, text in
      let lines = wrapped(text, width: max(20, width - indent - left - 2))
      guard columns(term) <= left, let first = lines.first else {
        return [margin + term] + lines.map { hanging + $0 }
      }
      return [margin + padded(term, to: left + 2) + first] + lines.dropFirst().map { hanging + $0 }
    }
  }
}
