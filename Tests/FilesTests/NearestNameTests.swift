import Testing

@testable import SiamFiles

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

  @Test func `without names there is no nearest`() {
    #expect(nearestName(to: "a", among: []) == nil)
  }

  @Test(
    "a close name differs in less than a third of its letters",
    arguments: [("jiter", "jitter"), ("fli", "flip"), ("f", nil), ("", nil), ("abcdefgh", nil)])
  func close(word: String, name: String?) {
    #expect(nearestName(to: word, among: ["jitter", "flip"], isClose: true) == name)
  }
}
