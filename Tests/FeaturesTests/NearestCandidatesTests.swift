import SiamTensors
import Testing

@testable import SiamFeatures

@Suite struct NearestCandidatesTests {
  /// Whole numbers with many equal ones, positive, negative and zero.
  private func products(_ count: Int, levels: Int32, seed: UInt64) -> [Int32] {
    var generator = CounterGenerator(seed)
    return (0..<count).map { _ in Int32.random(in: -levels...levels, using: &generator) }
  }

  /// Adds products with one row after another, each filled up, in steps of one.
  private func add(_ rows: [[Int32]], step: Float, from first: Int, to candidates: NearestCandidates) {
    let columns = rows[0].count
    let slots = (columns + 15) / 16 * 16
    let filled = rows.flatMap { $0 + [Int32](repeating: .max, count: slots - columns) }
    unsafe candidates.add(
      filled, columns: columns, steps: [Float](repeating: step, count: rows.count),
      rowSteps: [Float](repeating: 1, count: slots), rowShifts: [Float](repeating: 0, count: slots),
      from: first)
  }

  /// Adds one query's products, which come in runs.
  private func add(_ row: [Int32], step: Float = 1, _ runs: [Int], to candidates: NearestCandidates) {
    var first = 0
    for length in runs {
      add([Array(row[first..<first + length])], step: step, from: first, to: candidates)
      first += length
    }
  }

  @Test(
    "with no margin the k largest are left, and equals of the last",
    arguments: [1, 2, 7, 64, 200, 2999, 3000, 5000], [3, 1_000_000])
  func largest(k: Int, levels: Int32) {
    let row = products(3000, levels: levels, seed: UInt64(k))
    let candidates = NearestCandidates(queries: 1, of: 3000, k: k, margin: 0, most: .max / 4)
    // In runs of uneven length, as the last products come.
    add(row, [1, 700, 0, 299, 2000], to: candidates)
    let least = row.sorted(by: >)[min(k, row.count) - 1]
    #expect(candidates.finish(0).map(Int.init) == row.indices.filter { row[$0] >= least })
  }

  @Test("a margin keeps what is that close to the k-th", arguments: [5, 50, 500, 1500])
  func margin(margin: Int32) {
    let row = products(2000, levels: 500, seed: 9)
    let candidates = NearestCandidates(
      queries: 1, of: 2000, k: 20, margin: Float(margin) / 512, most: 2000)
    add(row, step: 1 / 512, [2000], to: candidates)
    let least = row.sorted(by: >)[19] - margin
    #expect(candidates.finish(0).map(Int.init) == row.indices.filter { row[$0] >= least })
  }

  @Test(
    "past the most allowed the largest stay, and of equals the first",
    arguments: [[10_001], [4000, 1500, 4501], [Int](repeating: 73, count: 137)])
  func most(runs: [Int]) {
    let row = [Int32](repeating: 5, count: 5000) + [6] + [Int32](repeating: 5, count: 5000)
    let candidates = NearestCandidates(queries: 1, of: row.count, k: 3, margin: 1, most: 100)
    add(row, runs, to: candidates)
    #expect(candidates.finish(0).map(Int.init) == Array(0..<99) + [5000])
  }

  @Test func `ever larger similarities never run out of room`() {
    let candidates = NearestCandidates(queries: 1, of: 6000, k: 50, margin: 3000, most: 130)
    add((0..<6000).map { Int32($0) }, [Int](repeating: 60, count: 100), to: candidates)
    #expect(candidates.finish(0).map(Int.init) == Array(5870..<6000))
  }

  @Test func `each query keeps its own, and leaves out itself`() {
    let candidates = NearestCandidates(queries: 2, of: 20, k: 2, margin: 0, most: 2, own: 11)
    add([[9, 8], [1, 2]], step: 0.1, from: 0, to: candidates)
    add([[7, 10, 5], [3, 5, 10]], step: 0.1, from: 10, to: candidates)
    #expect(candidates.finish(0) == [0, 1])
    #expect(candidates.finish(1) == [10, 11])
  }
}
