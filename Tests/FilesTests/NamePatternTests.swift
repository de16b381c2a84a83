import SiamFiles
import Testing

@Suite struct NamePatternTests {
  @Test(
    "a pattern without a slash fits names, one with a slash whole paths",
    arguments: [
      ("*.png", "a/b.png", true), ("*.png", "a/b.PNG", false), ("thumb_*", "x/thumb_", true),
      ("thumb_*", "thumb_dir/x.png", false), ("?at", "cat", true), ("?at", "at", false),
      ("?at", "é/éat", true),
      ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a]x", "ax", false),
      ("[]]x", "]x", true), ("[x", "[x", true), ("[a-]", "-", true), (#"\*"#, "*", true),
      (#"\*"#, "a", false),
      ("a*b*c", "aXbXbXc", true), ("a*b*c", "aXcXb", false), ("*", "anything", true),
      ("cat/*.png", "cat/1.png", true), ("cat/*.png", "cat/old/1.png", false), ("cat/*", "dog/cat/1", false),
      ("cat/**", "cat/old/1.png", true), ("**/old", "old", true), ("**/old", "a/b/old", true),
      ("**/old", "a/bold", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
      ("a/**/b", "a/xb", false),
      ("**/a/**/b.png", "x/a/y/a/z/b.png", true), ("/cat", "cat", true), ("/cat", "dog/cat", false),
      ("./cat/", "cat", true), ("cat/", "dog/cat", true), ("a?b/c", "a/b/c", false),
    ] as [(String, String, Bool)])
  func fits(pattern: String, path: String, expected: Bool) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    #expect(try #require(NamePattern(pattern)).matches(name: name, path: path) == expected)
  }

  @Test(arguments: ["", "/", "./"]) func `a pattern that names nothing is none`(text: String) {
    #expect(NamePattern(text) == nil)
  }

  @Test func `many stars take no time`() throws {
    let pattern = try #require(NamePattern(String(repeating: "*a", count: 40) + "b"))
    #expect(!pattern.matches(name: String(repeating: "a", count: 5000), path: ""))
  }
}
