import FoundationEssentials
import SiamFiles
import Testing

@testable import SiamCommands

@Suite struct TableTests {
  private let table = {
    var table = Table([
      .init(title: "features", key: "features"), .init(title: "k", key: "k"),
      .init(title: "accuracy %", key: "accuracy"),
    ])
    table.append([.text("raw pixels"), .count(1), .interval(41.25, low: 40.5, high: 42, places: 1)])
    table.append([.text("trained 猫"), .count(200), .number(100, places: 1)])
    table.append([.text(""), .missing, .missing])
    return table
  }()

  @Test func `columns line up, numbers to the right, without spaces at the end`() {
    #expect(
      table.lines == [
        "features      k         accuracy %",
        "raw pixels    1  41.2 [40.5, 42.0]",
        "trained 猫  200              100.0",
        "              –                  –",
      ])
  }

  @Test("what is too wide stands below, beside the first column", arguments: [20, 31])
  func narrow(width: Int) {
    #expect(
      table.lines(within: width) == [
        "features      k", "raw pixels    1", "trained 猫  200", "              –", "",
        "features           accuracy %", "raw pixels  41.2 [40.5, 42.0]", "trained 猫              100.0",
        "                            –",
      ])
    #expect(table.lines(within: 34) == table.lines)
  }

  @Test func `as JSON each row is an object of full numbers`() throws {
    #expect(
      JSON.text(table) == """
        [{"accuracy":{"high":42,"low":40.5,"value":41.25},"features":"raw pixels","k":1},\
        {"accuracy":100,"features":"trained 猫","k":200},{"accuracy":null,"features":"","k":null}]
        """)
  }

  @Test func `a row of another length is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var table = Table([.init(title: "k", key: "k")])
      table.append([.count(1), .count(2)])
    }
  }
}
