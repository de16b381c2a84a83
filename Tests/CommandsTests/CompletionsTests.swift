import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

/// The scripts for shells, and the manual page.
@Suite struct CompletionsTests {
  /// What bash offers after `words`, the last of which is being typed.
  private func offered(after words: [String]) throws -> [String] {
    let typed = words.map(singleQuoted).joined(separator: " ")
    let ended = try run(
      "/bin/bash",
      [
        "-c",
        """
        \(Shell.bash.completions(of: allCommands))
        COMP_WORDS=(\(typed)); COMP_CWORD=\(words.count - 1); _siam; printf '%s\\n' "${COMPREPLY[@]}"
        """,
      ], in: dataPath(""))
    #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
    return ended.output.split(separator: "\n").map(String.init)
  }

  @Test(
    "bash completes commands, options, and values that can be listed",
    arguments: [
      (["siam", "ex"], ["export"]),
      (["siam", "train", "--no-stop"], ["--no-stop-gradient"]),
      (["siam", "train", "a", "--method", "b"], ["byol", "barlow-twins"]),
      (["siam", "train", "--method", "=", "sims"], ["simsiam"]),
      (["siam", "train", "--head-norm", "="], ["none", "hidden", "all"]),
      (["siam", "check", "cloth"], ["clothing"]),
      (["siam", "check", "--test", "fashion"], ["fashion-mini"]),
      (["siam", "train", "--seed", ""], []),
      (["siam", "help", "pre"], ["preview"]),
      (["siam", "restore", "in"], ["inpaint"]),
      (["siam", "completions", ""], ["bash", "zsh", "fish"]),
    ])
  func bash(words: [String], expected: [String]) throws {
    #expect(try offered(after: words) == expected)
  }

  @Test("every command and option is in every script", arguments: Shell.allCases)
  func whole(shell: Shell) {
    let script = shell.completions(of: allCommands)
    for command in allCommands {
      #expect(script.contains(command.name))
      for option in command.declarations.options {
        let spelled = shell == .fish ? "-l \(option.name.dropFirst(2)) " : option.name
        #expect(script.contains(spelled), "\(option.name)")
      }
    }
  }

  @Test func `the manual page has every command, option and exit code, and escapes what man would read`() {
    let page = manualPage(of: allCommands)
    for command in allCommands {
      #expect(page.contains(".SH SIAM \(command.name.uppercased())\n"))
      for option in command.declarations.options {
        #expect(page.contains(option.name.replacing("-", with: "\\-")), "\(option.name)")
      }
    }
    for (code, _) in ExitCode.meanings { #expect(page.contains(".B \(code.number)\n")) }
    for line in page.split(separator: "\n") where line.hasPrefix(".") {
      #expect([".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I"].contains(line.prefix { $0 != " " }), "\(line)")
    }
  }

  @Test("every command has an example, which it takes", arguments: allCommands.indices)
  func examples(index: Int) {
    let command = allCommands[index]
    #expect(!command.examples.isEmpty, "\(command.name)")
    for example in command.examples {
      #expect(throws: Never.self, "\(example.line)") { _ = try parsed(shellWords(example.line)) }
      #expect(example.line.hasPrefix("siam \(command.name)"))
      #expect(!example.meaning.hasSuffix("."))
    }
  }

  @Test func `nothing is coloured, so NO_COLOR holds`() throws {
    let sources = dataPath("../Sources/Commands")
    for path in try run("/usr/bin/find", [sources, "-name", "*.swift"]).output.split(separator: "\n") {
      let text = String(decoding: try readFile(String(path)), as: UTF8.self)
      #expect(!text.contains(/\\u\{1[Bb]\}\[[0-9;]*m/), "\(path)")
    }
  }
}
