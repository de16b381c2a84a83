import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct LinearProbeTests {
  /// Rows of twenty numbers of which the first three tell the class.
  private func table(_ count: Int, seed: UInt64, classes: [String] = ["a", "b", "c"]) -> FeatureTable {
    var vectors = draws(count * 20, seed)
    for row in 0..<count { vectors[20 * row + row % 3] += 0.8 }
    return FeatureTable(vectors: vectors, dimension: 20, labels: (0..<count).map { $0 % 3 }, classes: classes)
  }

  @Test func `more labels are better, and the probe with all of them is best`() throws {
    let data = try LinearData(bank: table(600, seed: 1), queries: table(300, seed: 2))
    let probe = try LinearProbe(data)
    let means = try [1, 5, 10].map { Estimate(try FewShots($0, data).accuracies).mean }
    #expect(probe.accuracy.total == 300 && LinearProbe.penalties.contains(probe.penalty))
    #expect(means[0] > 0.34 && means[0] < means[1] && means[1] < means[2] && means[2] < probe.accuracy.value)
  }

  @Test func `a draw takes so many of each class, all of a smaller one, and each draw others`() {
    let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2]
    let draws = (0..<10).map { FewShots.rows(3, draw: $0, labels: labels, classes: 3) }
    for rows in draws {
      #expect(rows.map { labels[$0] } == [0, 0, 0, 1, 1, 1, 2, 2] && Set(rows).count == 8)
    }
    #expect(Set(draws.map { Set($0) }).count > 5)
  }

  @Test func `classes are matched by name, and one that the bank lacks is wrong`() throws {
    let bank = table(300, seed: 1)
    var queries = table(90, seed: 2, classes: ["c", "x", "a"])
    // What is a in the bank has number 0 there and 2 here.
    queries.labels = (0..<90).map { [2, 1, 0][$0 % 3] }
    let probe = try LinearProbe(LinearData(bank: bank, queries: queries))
    let same = try LinearProbe(LinearData(bank: bank, queries: table(90, seed: 2)))
    #expect(probe.accuracy.successes <= 60 && probe.accuracy.successes > 35)
    #expect(same.accuracy.successes > probe.accuracy.successes)
    #expect(throws: FeatureError.unlabelled("bank")) {
      try LinearData(bank: FeatureTable(vectors: draws(40, 1), dimension: 20), queries: queries.rows([0]))
    }
  }
}
