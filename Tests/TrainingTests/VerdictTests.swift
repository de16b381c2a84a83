import SiamMethods
import Testing

@testable import SiamFeatures
@testable import SiamTraining

@Suite struct VerdictTests {
  private let votes = [1, 20].map { NearestNeighbourVote(k: $0, temperature: 0.07) }

  /// A row with so many of 100 right for k = 20, and half as many for k = 1.
  private func row(_ encoder: String, _ right: Int) -> EvaluationRow {
    EvaluationRow(
      encoder: encoder, readOut: "average", dimension: 8,
      scores: zip(votes, [right / 2, right]).map { vote, right in
        NearestNeighbourScore(
          vote: vote, predictions: [], shares: [], accuracy: Proportion(right, of: 100), perClass: [])
      })
  }

  @Test(
    "the best trained row stands above, level with or below the best baseline, by the intervals",
    arguments: [(90, Verdict.Standing.above), (64, .level), (56, .level), (30, .below)])
  func standing(right: Int, expected: Verdict.Standing) throws {
    let rows = [
      row("raw pixels", 60), row("patches", 99), row("untrained encoder", 40), row("trained encoder", 20),
      row("trained encoder", right),
    ]
    let verdict = try #require(Verdict(rows, votes: votes))
    #expect(
      verdict.standing == expected && verdict.measure == .vote(k: 20)
        && verdict.baseline.encoder == "raw pixels")
    #expect(abs(verdict.difference - Double(max(right, 20) - 60)) < 1e-9)
    let line = verdict.line(TrainingConfiguration())
    #expect(line.contains("\n") == false && line.contains("raw pixels"))
    #expect(line.contains("worth having") == (expected != .level))
    // What to do is said where the features are not worth having.
    #expect(line.contains("--time") == (expected != .above))
  }

  @Test func `without classes the verdict is by view retrieval`() throws {
    func row(_ encoder: String, _ found: Int) -> RetrievalRow {
      RetrievalRow(encoder: encoder, readOut: "average", dimension: 8, found: Proportion(found, of: 300))
    }
    let rows = [
      row("raw pixels", 30), row("HOG", 60), row("untrained encoder", 45), row("trained encoder", 150),
    ]
    let verdict = try #require(Verdict(rows))
    #expect(
      verdict.standing == .above && verdict.baseline.encoder == "HOG" && verdict.measure == .viewRetrieval)
    #expect(abs(verdict.difference - 30) < 1e-9)
    #expect(
      verdict.line(TrainingConfiguration())
        == "verdict (view retrieval): trained average is 30.0 points above the best baseline, HOG average: worth having"
    )
    #expect(Verdict([row("HOG", 60)]) == nil)
  }

  @Test func `without a trained row or a baseline there is none`() {
    #expect(Verdict([row("raw pixels", 60)], votes: votes) == nil)
    #expect(Verdict([row("trained encoder", 60)], votes: votes) == nil)
  }
}
