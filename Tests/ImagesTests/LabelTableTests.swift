import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

@Suite struct LabelTableTests {
  /// The rows of a text as a table, "line path label".
  private func rows(_ text: String) throws -> [String] { try rows(Array(text.utf8)) }

  private func rows(_ bytes: [UInt8]) throws -> [String] {
    try withScratchFolder { scratch in
      try writeFile("\(scratch)/labels.csv", bytes)
      let table = try LabelTable("\(scratch)/labels.csv")
      return table.rows.map { row in "\(row.line) \(row.path) \(row.label.map { table.classes[$0] } ?? "-")" }
    }
  }

  @Test(
    "columns by a heading in any order, or the first two without one",
    arguments: [
      ("path,label\na.png,cat\r\nb.png,dog\n", ["2 a.png cat", "3 b.png dog"]),
      ("label,path\ncat,a.png", ["2 a.png cat"]),
      ("id, Label ,notes,PATH\n7,cat,,a.png", ["2 a.png cat"]),
      ("a.png,cat\n", ["1 a.png cat"]),
      ("filename,class\na.png,cat\n", ["2 a.png cat"]), ("class,image,label\n1,a.png,cat\n", ["2 a.png cat"]),
      ("\u{FEFF}path,label\r\n\r\n\"a,b.png\",\"big \"\"cat\"\"\"\r\n", ["3 a,b.png big \"cat\""]),
      ("path,label\na.png, cat\nb.png,cat \n", ["2 a.png cat", "3 b.png cat"]),
      ("a.png,0\nb.png,1\nc.png,\n", ["1 a.png 0", "2 b.png 1", "3 c.png -"]),
      (
        "path,label,probability,guess\na.png,cat,,\nb.png,unsure,0.4,dog\nc.png,dog,0.9,dog\n",
        ["2 a.png cat", "4 c.png dog"]
      ),
      ("path,label\na.png,unsure\n", ["2 a.png unsure"]),
    ])
  func columns(text: String, expected: [String]) throws { #expect(try rows(text) == expected) }

  @Test(
    "what is no table of labels is refused with its line",
    arguments: [
      ("", "no labels"), ("path,label\n", "no labels"), ("a.png,\nb.png,", "no labels"),
      ("a.png;cat\n", "line 1: a path and a label are expected, separated by a comma"),
      ("path,label\na.png,cat\nb.png\n", "line 3: a path and a label are expected, separated by a comma"),
      ("path,label\n,cat\n", "line 2: a path and a label are expected, separated by a comma"),
      ("a.png,cat\n\"b.png,cat\n", "line 2: a quote that is not closed"),
      ("PK\u{3}\u{4}xl/workbook.xml", "a spreadsheet or another archive; save it as .csv"),
      ("a\0b", "not a table of comma-separated values"),
    ])
  func refusals(text: String, expected: String) throws {
    #expect { try rows(text) } throws: { "\($0)".hasSuffix(expected) }
  }

  @Test func `UTF-16 is refused by name, and bytes that are not UTF-8 are kept`() throws {
    #expect { try rows([0xFF, 0xFE, 0x61, 0]) } throws: { "\($0)".hasSuffix("UTF-16 text; save it as UTF-8") }
    let latin = try rows(Array("caf".utf8) + [0xE9] + Array(".png,caf".utf8) + [0xE9])
    #expect(
      latin == ["1 \(pathString([0x63, 0x61, 0x66, 0xE9])).png \(pathString([0x63, 0x61, 0x66, 0xE9]))"])
    #expect(throws: LabelError.self) { try LabelTable("/nowhere/labels.csv") }
  }
}
