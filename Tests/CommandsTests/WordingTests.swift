import Testing

@testable import SiamCommands

@Suite struct WordingTests {
  @Test(
    "a time is told in its two largest units",
    arguments: [
      (0, "0 s"), (-5, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (190, "3 min 10 s"),
      (3599, "59 min 59 s"), (3599.7, "1 h 00 min"), (3725, "1 h 02 min"), (86_399, "23 h 59 min"),
      (183_600, "2 d 03 h"), (.infinity, "?"), (.nan, "?"),
    ])
  func times(seconds: Double, text: String) { #expect(timeText(seconds) == text) }

  @Test(
    "a number has exactly as many decimals as asked for",
    arguments: [
      (0, 0, "0"), (0, 2, "0.00"), (1.005, 2, "1.00"), (0.125, 2, "0.12"), (0.375, 2, "0.38"),
      (-0.001, 2, "0.00"),
      (-1.5, 1, "-1.5"), (99.95, 1, "100.0"), (0.07, 3, "0.070"), (12_345.678, 1, "12345.7"),
      (.nan, 1, "nan"),
      (-.infinity, 1, "-inf"), (1e300, 1, "1e+300"),
    ])
  func decimals(value: Double, places: Int, text: String) { #expect(fixed(value, places) == text) }

  @Test func `one thing is not many`() {
    #expect(count(1, "picture") == "1 picture")
    #expect(count(0, "picture") == "0 pictures")
    #expect(count(2, "class", plural: "classes") == "2 classes")
  }

  @Test func `lines break at spaces only, and keep within the width`() {
    #expect(wrapped("one two  three\nfour", width: 9) == ["one two", "three", "four"])
    #expect(wrapped("a longword b", width: 4) == ["a", "longword", "b"])
    #expect(wrapped("", width: 4) == [])
  }
}
