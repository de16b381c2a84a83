import Testing

@testable import SiamCommands

@Suite struct LiveLineTests {
  private let screen = Terminal(isInteractive: true, width: 20)
  private let file = Terminal(isInteractive: false, width: 20)
  private let wipe = "\r\u{1B}[K"

  @Test func `a line is rewritten in place, stays below printed lines, and goes`() {
    let text = written { output in
      var line = LiveLine(on: output, every: .zero) { screen }
      line.show("one")
      line.show("two")
      line.show("two")
      line.print("a line")
      line.erase()
      line.print("the end")
    }
    #expect(text == "\rone\u{1B}[K\rtwo\u{1B}[K\(wipe)a line\ntwo\(wipe)the end\n")
  }

  @Test func `a line never wraps`() {
    let text = written { output in
      var line = LiveLine(on: output, every: .zero) { screen }
      line.show("0123456789012345678901")
      line.erase()
    }
    #expect(text == "\r012345678901234567…\u{1B}[K\(wipe)")
  }

  @Test func `what is forgotten is still erased`() {
    let text = written { output in
      var line = LiveLine(on: output, every: .zero) { screen }
      line.show("one")
    }
    #expect(text == "\rone\u{1B}[K\(wipe)")
  }

  @Test func `without a terminal only printed lines appear`() {
    let text = written { output in
      var line = LiveLine(on: output, every: .zero) { file }
      line.show("one")
      line.print("a line")
      line.erase()
    }
    #expect(text == "a line\n")
  }

  @Test func `a line is not rewritten more often than asked for`() {
    let text = written { output in
      var line = LiveLine(on: output, every: .seconds(3600)) { screen }
      line.show("one")
      line.show("two")
      line.erase()
    }
    #expect(text == "\rone\u{1B}[K\(wipe)")
  }
}
