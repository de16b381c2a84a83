import Tensors
import Testing

@testable import Features

@Suite struct NearestCandidatesTests {
  /// Similarities with many equal ones, positive, negative and zero.
  private func similarities(_ count: Int, levels: Int, seed: UInt64) -> [Float] {
    var generator = CounterGenerator(seed)
    return (0..<count).map { _ in Float(Int.random(in: -levels...levels, using: &generator)) / Float(levels) }
  }

  /// Adds a row that comes in runs.
  private func add(_ row: [Float], _ runs: [Int], to candidates: NearestCandidates) {
    var first = 0
    for length in runs {
      unsafe candidates.add(Array(row[first..<first + length]), columns: length, from: first)
      first += length
    }
  }

  @Test(
    "with no margin the k largest are left, and equals of the last",
    arguments: [1, 2, 7, 64, 200, 2999, 3000, 5000], [3, 1_000_000])
  func largest(k: Int, levels: Int) {
    let row = similarities(3000, levels: levels, seed: UInt64(k))
    let candidates = NearestCandidates(queries: 1, of: 3000, k: k, margin: 0, most: .max / 4)
    // In runs of uneven length, as the last products come.
    add(row, [1, 700, 0, 299, 2000], to: candidates)
    let least = row.sorted(by: >)[min(k, row.count) - 1]
    #expect(candidates.finish(0).map(Int.init) == row.indices.filter { row[$0] >= least })
  }

  @Test("a margin keeps what is that close to the k-th", arguments: [0.01, 0.1, 1, 3] as [Float])
  func margin(margin: Float) {
    let row = similarities(2000, levels: 500, seed: 9)
    let candidates = NearestCandidates(queries: 1, of: 2000, k: 20, margin: margin, most: 2000)
    add(row, [2000], to: candidates)
    let least = row.sorted(by: >)[19] - margin
    #expect(candidates.finish(0).map(Int.init) == row.indices.filter { row[$0] >= least })
  }

  @Test(
    "past the most allowed the largest stay, and of equals the first",
    arguments: [[10_001], [4000, 1500, 4501], [Int](repeating: 73, count: 137)])
  func most(runs: [Int]) {
    let row = [Float](repeating: 0.5, count: 5000) + [0.6] + [Float](repeating: 0.5, count: 5000)
    let candidates = NearestCandidates(queries: 1, of: row.count, k: 3, margin: 1, most: 100)
    add(row, runs, to: candidates)
    #expect(candidates.finish(0).map(Int.init) == Array(0..<99) + [5000])
  }

  @Test func `ever larger similarities never run out of room`() {
    let row = (0..<6000).map { Float($0) / 6000 }
    let candidates = NearestCandidates(queries: 1, of: 6000, k: 50, margin: 0.5, most: 130)
    add(row, [Int](repeating: 60, count: 100), to: candidates)
    #expect(candidates.finish(0).map(Int.init) == Array(5870..<6000))
  }

  @Test func `each query keeps its own, and leaves out itself`() {
    let candidates = NearestCandidates(queries: 2, of: 20, k: 2, margin: 0, most: 2, own: 11)
    unsafe candidates.add([0.9, 0.8, 0.1, 0.2], columns: 2, from: 0)
    unsafe candidates.add([0.7, 1, 0.5, 0.3, 0.5, 1], columns: 3, from: 10)
    #expect(candidates.finish(0) == [0, 1])
    #expect(candidates.finish(1) == [10, 11])
  }
}
