import Foundation
import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

/// The commands, options and links in README and docs.
@Suite struct ShownCommandsTests {
  @Test("a command in a block of code is one that siam takes", arguments: try pages())
  func blocks(page: String) throws {
    let lines = try text(page).split(separator: "\n").filter { $0.hasPrefix("    siam ") }
    for line in lines where !line.contains("…") {
      #expect(throws: Never.self, "\(page): \(line)") { _ = try parsed(shellWords(line)) }
    }
  }

  @Test("a command in a sentence has a name and options that siam knows", arguments: try pages())
  func sentences(page: String) throws {
    for span in try spans(page) where span.hasPrefix("siam ") {
      let words = shellWords(span)
      guard let name = words.first, name != "COMMAND", !name.hasPrefix("-") else { continue }
      let command = try command(named: name)
      for option in words where option.hasPrefix("--") {
        let spelled = String(option.prefix { $0 != "=" })
        #expect(
          command.declarations.option(named: spelled) != nil || spelled == "--help", "\(page): \(span)")
      }
    }
  }

  @Test("an option in a sentence is one of some command or of a tool", arguments: try pages())
  func options(page: String) throws {
    let tools = try text("tools/soak") + text("tools/compare")
    for span in try spans(page) where span.hasPrefix("--") {
      let name = String(span.prefix { $0 == "-" || $0.isLetter || $0.isNumber })
      let isKnown = allCommands.contains { $0.declarations.option(named: name) != nil }
      #expect(isKnown || tools.contains("\"\(name)\"") || name == "--version", "\(page): \(span)")
    }
  }

  @Test("a link leads to a file", arguments: try pages())
  func links(page: String) throws {
    let folder = page.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    for match in try text(page).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
      #expect(try fileExists(project(folder + match.1)), "\(page): \(match.1)")
    }
  }
}

/// README.md and everything in docs.
private func pages() throws -> [String] {
  let names = try FileManager.default.contentsOfDirectory(atPath: project("docs"))
  return ["README.md", "README.zh.md", "CONTRIBUTING.md"]
    + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
}

private func project(_ path: String) -> String { dataPath("../" + path) }

private func text(_ page: String) throws -> String {
  String(decoding: try readFile(project(page)), as: UTF8.self)
}

/// What stands between backticks in a line.
private func spans(_ page: String) throws -> [String] {
  try text(page).matches(of: /`([^`\n]+)`/).map { String($0.1) }
}
