import Testing

@testable import SiamCommands

@Suite struct SuggestionTests {
  @Test func `without names nothing is suggested`() {
    #expect(suggestion(for: "a", among: []) == "")
  }

  @Test func `a huge word takes no time`() {
    #expect(
      suggestion(for: String(repeating: "a", count: 1_000_000), among: ["--k"]) == "; the nearest is --k")
  }
}
