import SiamFiles
import Testing

@Suite struct JSONTests {
  private struct Sample: Codable, Equatable {
    var path = "a/b", loss = Float(0.1), rate = 0.06, seed = UInt64.max, missing: Int?
  }

  @Test func `equal values give equal bytes, in the order of the keys`() throws {
    #expect(
      JSON.text(Sample()) == #"{"loss":0.1,"path":"a/b","rate":0.06,"seed":18446744073709551615}"#)
  }

  @Test(
    "what is written reads back",
    arguments: [0, -1, .infinity, -.infinity, Float.leastNonzeroMagnitude, 1 / 3])
  func roundTrip(loss: Float) throws {
    let sample = Sample(loss: loss)
    #expect(try JSON.value(Sample.self, from: JSON.text(sample, isPretty: true).utf8) == sample)
  }

  @Test(
    "a name survives with nothing hidden in the text",
    arguments: [
      "\u{1B}[2J\n", "\u{7F}\u{9B}", "\u{202E}gnp.exe", "\u{E0041}\u{10FFFD}", "é 猫 \u{1F600} \"\\u{1b}",
    ])
  func hidden(name: String) throws {
    for isPretty in [true, false] {
      let text = JSON.text([name: name], isPretty: isPretty)
      let line = text.split(separator: "\n").joined()
      #expect(withoutHidden(line) == line)
      #expect(try JSON.value([String: String].self, from: text.utf8) == [name: name])
    }
  }

  @Test func `a loss that is not finite is written all the same`() throws {
    #expect(JSON.text(["loss": Float.nan]) == #"{"loss":"nan"}"#)
    let loss = try JSON.value([String: Float].self, from: #"{"loss":"nan"}"#.utf8)["loss"]
    #expect(try #require(loss).isNaN)
  }
}
