import SiamFeatures
import Testing

@testable import SiamLaboratory

@Suite struct VerdictTests {
  @Test(
    "a verdict is unclear where the interval allows both",
    arguments: [
      // What was "failed" and "held" by the mean alone.
      (Claim.below(7.3), 6.8, 7.9, Verdict.unclear), (.below(5), 3.7, 5.4, .unclear),
      (.below(5), 3.7, 4.9, .held), (.below(5), 5.1, 6, .failed), (.above(0), 0.1, 2, .held),
      (.above(0), -2, -0.1, .failed), (.above(0), -0.1, 2, .unclear), (.within(-3...3), -2.9, 2.9, .held),
      (.within(-3...3), -3.1, 1, .unclear), (.within(-3...3), 3.1, 9, .failed),
      (.within(-3...3), -9, 9, .unclear),
    ])
  func claims(claim: Claim, low: Double, high: Double, expected: Verdict) {
    #expect(claim.verdict(on: low...high) == expected)
  }

  @Test func `one seed proves nothing, and an exact number needs no interval`() {
    #expect(Claim.above(0).verdict(on: Estimate([5])) == .unclear)
    #expect(Claim.below(1e-6).verdict(onExact: 3e-12) == .held)
    #expect(Claim.below(1).verdict(onExact: .nan) == .unclear)
  }

  @Test func `several verdicts are joined as the predictions are`() {
    #expect(Verdict.all([.held, .held]) == .held && Verdict.all([.held, .unclear]) == .unclear)
    #expect(Verdict.all([.unclear, .failed]) == .failed && Verdict.any([.failed, .held, .unclear]) == .held)
    #expect(Verdict.any([.failed, .unclear]) == .unclear && Verdict.any([.failed, .failed]) == .failed)
  }

  /// From statsmodels' `multipletests(..., method="holm")`.
  @Test func `Holm's correction has its known values, and makes a verdict unclear that it does not leave`() {
    let corrected = holmCorrected([0.01, 0.04, 0.03, 0.005, 0.9])
    for (found, expected) in zip(corrected, [0.04, 0.09, 0.09, 0.025, 0.9]) {
      #expect(abs(found - expected) < 1e-12)
    }
    let findings = [0.01, 0.04, nil].map { Finding("p", "m", .held, significance: $0) }
    #expect(findings.corrected.map(\.verdict) == [.held, .held, .held])
    let more = [0.01, 0.04, 0.03].map { Finding("p", "m", .failed, significance: $0) }
    #expect(more.corrected.map(\.verdict) == [.failed, .unclear, .unclear])
  }

  @Test func `an accuracy is compared seed by seed and query by query`() throws {
    // 100 queries: the first is right on 80 and the second on 70, of which 65 are the same.
    func answers(_ right: (Int) -> Bool) -> Answers { Answers((0..<100).map(right)) }
    let (first, second) = (answers { $0 < 80 }, answers { $0 < 65 || $0 >= 95 })
    let one = PairedAccuracy([first], minus: [second])
    #expect(abs(one.mean - 10) < 1e-9 && one.interval == nil && one.distinct == 1)
    let two = PairedAccuracy([first, first], minus: [second, second])
    // Without any spread over the seeds the interval is that of the queries: variance (0.15 + 0.05 - 0.01) / 99.
    let half = studentQuantile(degrees: 99) * 100 * (0.19 / 99).squareRoot()
    #expect(abs(two.low - (10 - half)) < 1e-9 && abs(two.high - (10 + half)) < 1e-9 && two.distinct == 2)
    #expect(two.overSeeds.low == two.overSeeds.high)
    let p = try #require(two.significance(against: two.low))
    #expect(abs(p - 0.05) < 1e-6)
    // Seeds that differ make it wider.
    let third = answers { $0 < 60 }
    let varied = PairedAccuracy([first, third], minus: [second, second])
    #expect(varied.high - varied.low > two.high - two.low)
  }
}
