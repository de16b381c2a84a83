/// A script for zsh, a function of its completion system.
func zshCompletions(of commands: [any Command.Type]) -> String {
  """
  #compdef siam
  # Completions of siam for zsh. In ~/.zshrc, after compinit: eval "$(siam completions zsh)"
  _siam() {
    local -a commands
    commands=(
  \(commands.map { "    " + singleQuoted("\($0.name):\($0.summary)") }.joined(separator: "\n"))
    )
    if ((CURRENT == 2)); then
      _describe command commands
      return
    fi
    shift words
    ((CURRENT -= 1))
    case $words[1] in
  \(commands.map(arguments).joined(separator: "\n"))
    esac
  }
  if [[ $funcstack[1] == _siam ]]; then
    _siam "$@"
  else
    compdef _siam siam
  fi
  """
}

private func arguments(of command: any Command.Type) -> String {
  let declarations = command.declarations
  let options = declarations.options.flatMap { option in
    let forms = [option.name] + (option.short.map { [$0] } ?? [])
    return forms.map { form in
      let others = forms.count > 1 ? "(\(forms.joined(separator: " ")))" : ""
      let value = option.isFlag ? "" : ":\(option.placeholder ?? ""):\(action(Completion(option)))"
      let takes = !option.isFlag && form.hasPrefix("--") ? "=" : ""
      return others + form + takes + "[\(escaped(brief(option.help)))]" + value
    }
  }
  let positionals = declarations.positionals.enumerated().map { index, positional in
    let place =
      switch positional.count {
      case .one: "\(index + 1):"
      case .oneOrNone: "\(index + 1)::"
      case .oneOrMore: "*:"
      }
    return place + positional.name + ":" + action(Completion(positional))
  }
  let all = options + ["(- *)--help[explain the command]"] + positionals
  return "    \(command.name)) _arguments \(all.map(singleQuoted).joined(separator: " ")) ;;"
}

private func action(_ completion: Completion) -> String {
  switch completion {
  case .words(let words): "(\(words.joined(separator: " ")))"
  case .folders: "_files -/"
  case .files: "_files"
  case .nothing: " "
  }
}

/// Without what ends a description.
private func escaped(_ text: String) -> String {
  text.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]")
}
