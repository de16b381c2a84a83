import SiamFiles
import Testing

@Suite struct EditDistanceTests {
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
}
