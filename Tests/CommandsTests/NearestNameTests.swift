import Testing

@testable import SiamCommands

@Suite struct NearestNameTests {
  @Test(
    "the nearest name is named, the first one of several",
    arguments: [("tarin", "train"), ("exprot", "export"), ("evla", "eval"), ("x", "eval"), ("", "eval")])
  func nearest(word: String, name: String) {
    #expect(nearestName(to: word, among: ["train", "eval", "export", "lava"]) == name)
  }

  @Test func `without names nothing is suggested`() {
    #expect(nearestName(to: "a", among: []) == nil)
    #expect(suggestion(for: "a", among: []) == "")
  }

  @Test func `a huge word takes no time`() {
    #expect(
      suggestion(for: String(repeating: "a", count: 1_000_000), among: ["--k"]) == "; the nearest is --k")
  }
}
