import SiamFiles
import Testing

@testable import SiamFeatures

@Suite struct PairedAnswersTests {
  /// Two lists of answers with so many queries of each kind.
  private func pair(_ both: Int, _ gained: Int, _ lost: Int, _ neither: Int) -> PairedProportion {
    func answers(_ values: [Bool]) -> Answers {
      Answers(zip(values, [both, gained, lost, neither]).flatMap { Array(repeating: $0, count: $1) })
    }
    return PairedProportion(answers([true, true, false, false]), minus: answers([true, false, true, false]))
  }

  /// The first two are Newcombe's own examples; the others follow from statsmodels' Wilson intervals.
  @Test(
    "the interval of a paired difference has its known values, and stays within -1...1",
    arguments: [
      ([36, 12, 2, 0], 0.05692958400323875, 0.3404276029749408),
      ([20, 12, 2, 16], 0.05615642484174821, 0.32920699540014053),
      ([700, 60, 40, 200], 0.00031818894077141613, 0.039745598122502786),
      ([0, 3, 1, 6], -0.1936567013117275, 0.5309921642652419),
      ([97, 3, 0, 0], -0.011933312904032642, 0.08451936429052764),
    ])
  func interval(counts: [Int], low: Double, high: Double) {
    let pair = pair(counts[0], counts[1], counts[2], counts[3])
    #expect(abs(pair.interval.lowerBound - low) < 1e-12 && abs(pair.interval.upperBound - high) < 1e-12)
    #expect(abs(pair.difference - Double(counts[1] - counts[2]) / Double(counts.reduce(0, +))) < 1e-15)
  }

  /// From statsmodels' `mcnemar(..., exact=True)`.
  @Test(
    "McNemar's probability is the exact one",
    arguments: [
      (12, 2, 0.012939453125), (30, 18, 0.11140289106101878), (5, 5, 1), (0, 3, 0.25), (0, 0, 1),
      (120, 80, 0.005685155996750306),
    ])
  func significance(gained: Int, lost: Int, expected: Double) {
    #expect(abs(pair(10, gained, lost, 4).significance - expected) < 1e-12)
    #expect(abs(pair(1, lost, gained, 0).significance - expected) < 1e-12)
  }

  @Test func `answers are a text of 0 and 1, and nothing else is read`() throws {
    let answers = Answers([true, false, false, true])
    #expect(JSON.text(answers) == "\"1001\"" && answers.proportion == Proportion(2, of: 4))
    #expect(try JSON.value(Answers.self, from: "\"1001\"".utf8) == answers)
    #expect(throws: (any Error).self) { try JSON.value(Answers.self, from: "\"1021\"".utf8) }
  }
}
