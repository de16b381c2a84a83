import Testing

@testable import SiamCommands

@Suite struct TextColumnsTests {
  @Test(
    "letters count by the columns they take",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("猫", 2), ("한글", 4), ("–…·×", 4), ("🐈", 2),
      ("a\u{200B}b", 2),
    ])
  func widths(text: String, width: Int) { #expect(columns(text) == width) }

  @Test(
    "what is cut off leaves a sign, and the rest fits",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("猫猫猫", 5, "猫猫…"), ("猫猫猫", 4, "猫…"), ("abc", 1, "…"),
      ("abc", 0, ""),
    ])
  func cuts(text: String, width: Int, cut: String) {
    #expect(shortened(text, to: width) == cut)
    #expect(columns(cut) <= width)
  }
}
