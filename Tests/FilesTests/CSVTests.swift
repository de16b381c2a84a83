import Testing

@testable import SiamFiles

@Suite struct CSVTests {
  private func cells(_ text: String) throws -> [[String]] { try csvRecords(Array(text.utf8)).map(\.cells) }

  @Test func `cells, quotes and line ends are those of RFC 4180`() throws {
    #expect(try cells("a,b\r\nc,d\n") == [["a", "b"], ["c", "d"]])
    #expect(try cells("\u{FEFF}\"a,\"\"b\"\"\n c\",d\n\n,\n") == [["a,\"b\"\n c", "d"], ["", ""]])
    #expect(try cells("") == [] && cells("x") == [["x"]] && cells("\"\"") == [[""]])
    #expect(try csvRecords(Array("a\n\"b\nc\"\nd".utf8)).map(\.line) == [1, 2, 4])
  }

  @Test func `a quote out of place is told with its line`() {
    #expect(throws: CSVFault(line: 2, reason: "a quote that is not closed")) { try cells("a\n\"b\nc") }
    #expect(throws: CSVFault(line: 1, reason: "a quote within a cell that is not quoted")) {
      try cells("a\"b")
    }
    #expect(throws: CSVFault(line: 1, reason: "text behind a quoted cell")) { try cells("\"a\"b") }
  }
}
