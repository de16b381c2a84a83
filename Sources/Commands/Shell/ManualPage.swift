/// The page siam(1) in the language of man, made from the commands' own declarations.
func manualPage(of commands: [any Command.Type]) -> String {
  let lines =
    [
      ".TH SIAM 1 \"\" \"siam \(VersionCommand.version)\" \"User Commands\"",
      ".SH NAME", "siam \\- learn image features without labels",
      ".SH SYNOPSIS", ".B siam", ".I COMMAND", "\\&...",
      ".SH DESCRIPTION",
      text("Siam learns image features without labels from a folder of pictures, on an ordinary CPU."),
    ]
    + commands.flatMap(section)
    + [".SH EXIT STATUS"] + ExitCode.meanings.flatMap { item("\($0.code.number)", $0.meaning) }
    + [".SH ENVIRONMENT"]
    + item(
      "SIAM_KERNELS",
      "the kernels to compute with, instead of the best that the processor has: plain, avx2, avx512")
    + item("NO_COLOR", "needs no setting: siam prints no colours")
  return lines.joined(separator: "\n")
}

private func section(on command: any Command.Type) -> [String] {
  let declarations = command.declarations
  let usage = Help.usage(of: command.name, declarations)
  var lines = [
    ".SH \(text("siam \(command.name)").uppercased())", text(command.summary), ".PP", ".B \(text(usage))",
  ]
  lines += declarations.positionals.flatMap { item($0.name, $0.help) }
  for title in Help.sections(declarations.options) {
    lines.append(".SS \(text(title))")
    for option in declarations.options where option.section == title {
      let forms = (option.short.map { [$0] } ?? []) + [option.name]
      let spelling = forms.joined(separator: ", ") + (option.placeholder.map { " " + $0 } ?? "")
      lines += item(spelling, Help.explanation(option))
    }
  }
  lines += command.details.split(separator: "\n\n").flatMap { [".PP", text(String($0))] }
  if !command.examples.isEmpty { lines.append(".SS Examples") }
  return lines + command.examples.flatMap { item($0.line, $0.meaning) }
}

private func item(_ term: String, _ meaning: String) -> [String] {
  [".TP", ".B \(text(term))", text(meaning)]
}

/// A text as it stands: no backslash, hyphen, or point at a line's beginning has a meaning.
private func text(_ words: String) -> String {
  let line = words.split(whereSeparator: \.isNewline).joined(separator: " ")
  let plain = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
}
