import Testing

@testable import Commands

@Suite struct NearestNameTests {
  @Test(
    "the distance counts insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("a", "", 1), ("", "abc", 3), ("epochs", "epochs", 0), ("epoch", "epochs", 1),
      ("epcohs", "epochs", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("größe", "grosse", 3),
    ])
  func distances(a: String, b: String, distance: Int) {
    #expect(editDistance(a, b) == distance)
    #expect(editDistance(b, a) == distance)
  }

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
