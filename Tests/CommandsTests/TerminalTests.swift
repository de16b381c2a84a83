import Testing

@testable import SiamCommands

@Suite struct TerminalTests {
  @Test(
    "colour and rewriting follow from the terminal and the environment",
    arguments: [
      (true, ["TERM": "xterm"], true, true),
      (true, ["TERM": "xterm", "NO_COLOR": "1"], true, false),
      (true, ["TERM": "xterm", "NO_COLOR": ""], true, true),
      (true, ["TERM": "dumb"], false, false),
      (true, ["TERM": ""], false, false),
      (true, [:], false, false),
      (false, ["TERM": "xterm"], false, false),
    ] as [(Bool, [String: String], Bool, Bool)])
  func decides(isTTY: Bool, environment: [String: String], isInteractive: Bool, hasColour: Bool) {
    let terminal = Terminal(isTTY: isTTY, columns: 80) { environment[$0] }
    #expect(terminal == Terminal(isInteractive: isInteractive, hasColour: hasColour, width: 80))
  }

  @Test func `the width is the terminal's, else COLUMNS, else the usual one`() {
    #expect(Terminal(isTTY: true, columns: 90) { _ in "70" }.width == 90)
    #expect(Terminal(isTTY: false, columns: nil) { _ in "70" }.width == 70)
    #expect(Terminal(isTTY: false, columns: nil) { _ in nil }.width == Terminal.defaultWidth)
    #expect(Terminal(isTTY: true, columns: 3) { _ in nil }.width == 20)
  }

  @Test func `a style is marked only in colour`() {
    #expect(Terminal(isInteractive: true, hasColour: true).styled("a", .bold) == "\u{1B}[1ma\u{1B}[0m")
    #expect(Terminal(isInteractive: true, hasColour: false).styled("a", .bold) == "a")
  }
}
