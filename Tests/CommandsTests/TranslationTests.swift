import SiamFiles
import TestSupport
import Testing

/// README.zh.md says what README.md says.
@Suite struct TranslationTests {
  private func text(_ page: String) throws -> String {
    String(decoding: try readFile(dataPath("../" + page)), as: UTF8.self)
  }

  /// The first screen, which is translated whole.
  private func firstScreen(_ page: String) throws -> String {
    let text = try text(page)
    return String(text[..<(text.firstRange(of: "\n## ")?.lowerBound ?? text.endIndex)])
  }

  @Test func `the first screen has the same commands`() throws {
    func commands(_ page: String) throws -> [[String]] {
      try firstScreen(page).split(separator: "\n").filter { $0.hasPrefix("    ") }.map {
        [String($0.split(separator: " ").first ?? "")] + shellWords($0.drop { $0 == " " })
      }
    }
    let ours = try commands("README.md")
    #expect(ours.count == 5)
    #expect(try commands("README.zh.md") == ours)
  }

  @Test func `the first screen has the same figures, in the same order`() throws {
    func figures(_ page: String) throws -> [String] {
      try firstScreen(page).matches(of: /[0-9][0-9.,]*[0-9]|[0-9]/).map { String($0.0) }
    }
    #expect(try figures("README.zh.md") == figures("README.md"))
  }

  @Test func `every link of the translation is one of README.md`() throws {
    func links(_ page: String) throws -> Set<Substring> {
      Set(try text(page).matches(of: /\]\(([^)#]+)/).map(\.1))
    }
    let others = try links("README.zh.md").subtracting(links("README.md"))
    #expect(others.allSatisfy { $0 == "README.md" }, "\(others)")
  }
}
