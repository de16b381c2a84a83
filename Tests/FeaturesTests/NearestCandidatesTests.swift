import Tensors
import Testing

@testable import Features

@Suite struct NearestCandidatesTests {
  /// Similarities with many equal ones, positive, negative and zero.
  private func similarities(_ count: Int, levels: Int, seed: UInt64) -> [Float] {
    var generator = CounterGenerator(seed)
    return (0..<count).map { _ in Float(Int.random(in: -levels...levels, using: &generator)) / Float(levels) }
  }

  @Test(
    "with no margin the k largest are left, and equals of the last",
    arguments: [1, 2, 7, 64, 200, 2999, 3000, 5000], [3, 1_000_000])
  func largest(k: Int, levels: Int) {
    let row = similarities(3000, levels: levels, seed: UInt64(k))
    var candidates = NearestCandidates(k: k, margin: 0, most: .max)
    // In runs of uneven length, as the products come.
    var first = 0
    for length in [1, 700, 0, 299, 2000] {
      let run = Array(row[first..<first + length])
      candidates.add(run.span, from: first)
      first += length
    }
    let least = row.sorted(by: >)[min(k, row.count) - 1]
    #expect(candidates.finish().sorted() == row.indices.filter { row[$0] >= least })
  }

  @Test("a margin keeps what is that close to the k-th", arguments: [0.01, 0.1, 1, 3] as [Float])
  func margin(margin: Float) {
    let row = similarities(2000, levels: 500, seed: 9)
    var candidates = NearestCandidates(k: 20, margin: margin, most: .max)
    candidates.add(row.span, from: 0)
    let least = row.sorted(by: >)[19] - margin
    #expect(candidates.finish().sorted() == row.indices.filter { row[$0] >= least })
  }

  @Test func `past the most allowed the largest stay, and of equals the first`() {
    let row = [Float](repeating: 0.5, count: 5000) + [0.6] + [Float](repeating: 0.5, count: 5000)
    var candidates = NearestCandidates(k: 3, margin: 1, most: 100)
    candidates.add(row.span, from: 0)
    #expect(candidates.finish().sorted() == Array(0..<99) + [5000])
  }

  @Test func `one row is left out`() {
    var candidates = NearestCandidates(k: 2, margin: 0, most: 2)
    candidates.add([0.1, 0.9, 0.5].span, from: 10, except: 1)
    #expect(candidates.finish().sorted() == [10, 12])
  }
}
