/// A script for bash, whose function fills COMPREPLY.
func bashCompletions(of commands: [any Command.Type]) -> String {
  """
  # Completions of siam for bash. In ~/.bashrc: eval "$(siam completions bash)"
  _siam() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} options=
    # bash takes --name=value apart at the sign.
    if [[ $word == = ]]; then
      word=
    elif [[ $before == = ]]; then
      before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
      mapfile -t COMPREPLY < <(compgen -W \(singleQuoted(names(commands))) -- "$word")
      return
    fi
    case $command:$before in
  \(commands.flatMap(values).joined(separator: "\n"))
    esac
    case $command in
  \(commands.map(options).joined(separator: "\n"))
    esac
    if [[ $word == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      return
    fi
    case $command:$COMP_CWORD in
  \(commands.compactMap(firstWords).joined(separator: "\n"))
      *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
  }
  complete -o filenames -F _siam siam
  """
}

private func names(_ commands: [any Command.Type]) -> String {
  (commands.map { $0.name } + ["--help", "--version"]).joined(separator: " ")
}

/// "    train) options='--output -o …' ;;"
private func options(of command: any Command.Type) -> String {
  let spelled = command.declarations.options.flatMap { [$0.name] + ($0.short.map { [$0] } ?? []) }
  return "    \(command.name)) options=\(singleQuoted((spelled + ["--help"]).joined(separator: " "))) ;;"
}

/// A line for each option that takes a value.
private func values(of command: any Command.Type) -> [String] {
  command.declarations.options.filter { !$0.isFlag }.map { option in
    let patterns = [option.name] + (option.short.map { [$0] } ?? [])
    let pattern = patterns.map { "\(command.name):\($0)" }.joined(separator: " | ")
    return "    \(pattern))\(reply(Completion(option))) return ;;"
  }
}

/// The line for a first positional that is one of a few words.
private func firstWords(of command: any Command.Type) -> String? {
  guard let first = command.declarations.positionals.first, !first.words.isEmpty else { return nil }
  return "    \(command.name):2)\(reply(Completion(first))) ;;"
}

private func reply(_ completion: Completion) -> String {
  let generator: String
  switch completion {
  case .words(let words): generator = "-W " + singleQuoted(words.joined(separator: " "))
  case .folders: generator = "-d"
  case .files: generator = "-f"
  case .nothing: return ""
  }
  return " mapfile -t COMPREPLY < <(compgen \(generator) -- \"$word\");"
}
