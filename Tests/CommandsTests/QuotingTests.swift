import Testing

@testable import SiamCommands

@Suite struct QuotingTests {
  @Test func `a quoted word is harmless and short`() {
    #expect(quoted("a\u{1B}[2Jb") == "“a\\u{1b}[2Jb”")
    #expect(columns(quoted(String(repeating: "a", count: 5000))) == 202)
  }

  @Test func `a message keeps to one line`() {
    #expect(oneLine("a\n b\r\n\u{7}c\u{2028}d\\") == "a  b \\u{7}c d\\")
    #expect(oneLine("\u{202E}é\u{200B}\u{9B}") == "\\u{202e}é\\u{200b}\\u{9b}")
  }
}
