import Testing

@testable import SiamCommands

@Suite struct TerminalTests {
  @Test(
    "rewriting follows from the terminal and the environment",
    arguments: [
      (true, ["TERM": "xterm"], true),
      (true, ["TERM": "dumb"], false),
      (true, ["TERM": ""], false),
      (true, [:], false),
      (false, ["TERM": "xterm"], false),
    ] as [(Bool, [String: String], Bool)])
  func decides(isTTY: Bool, environment: [String: String], isInteractive: Bool) {
    let terminal = Terminal(isTTY: isTTY, columns: 80) { environment[$0] }
    #expect(terminal == Terminal(isInteractive: isInteractive, width: 80))
  }

  @Test func `the width is the terminal's, else COLUMNS, else the default`() {
    #expect(Terminal(isTTY: true, columns: 90) { _ in "70" }.width == 90)
    #expect(Terminal(isTTY: false, columns: nil) { _ in "70" }.width == 70)
    #expect(Terminal(isTTY: false, columns: nil) { _ in nil }.width == Terminal.defaultWidth)
    #expect(Terminal(isTTY: true, columns: 3) { _ in nil }.width == 20)
  }
}
