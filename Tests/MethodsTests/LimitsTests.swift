import SiamMethods
import Testing

@Suite struct LimitsTests {
  @Test(
    "an end is in or out as it says",
    arguments: [
      (Limits<Int>.atLeast(1), "at least 1", [1, 2, 9], [0, -1]),
      (.above(1), "above 1", [2, 9], [1, 0]),
      (.from(1, through: 3), "1 to 3", [1, 2, 3], [0, 4]),
      (.from(1, below: 3), "at least 1, below 3", [1, 2], [0, 3]),
      (.above(1, through: 3), "above 1, at most 3", [2, 3], [1, 4]),
    ])
  func ends(limits: Limits<Int>, text: String, inside: [Int], outside: [Int]) {
    #expect(limits.description == text)
    #expect(inside.allSatisfy { limits.contains($0) })
    #expect(!outside.contains { limits.contains($0) })
  }
}
