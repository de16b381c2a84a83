import Testing

@testable import SiamTensors

@Suite struct WorkStealingRangesTests {
  /// The calls that threads get when they ask in this order.
  private func calls(_ ranges: WorkStealingRanges, asked threads: [Int]) -> [Int?] {
    threads.map { ranges.next(for: $0) }
  }

  @Test func `a thread takes its own share in order, then the far ends of others`() {
    let ranges = WorkStealingRanges(of: 7, for: 3, backwards: false)  // 0 1, 2 3, 4 5 6
    #expect(calls(ranges, asked: [1, 1, 1, 1, 1, 0, 2, 2]) == [2, 3, 6, 5, 4, 0, 1, nil])
  }

  @Test func `backwards a thread begins with what it came to last`() {
    let ranges = WorkStealingRanges(of: 7, for: 3, backwards: true)
    #expect(calls(ranges, asked: [1, 1, 2, 2, 2, 2, 0, 0]) == [3, 2, 6, 5, 4, 0, 1, nil])
  }

  @Test("some threads get nothing of too few calls, and may help", arguments: [0, 1, 2])
  func few(calls: Int) {
    let ranges = WorkStealingRanges(of: calls, for: 4, backwards: false)
    #expect((0..<calls).map { _ in ranges.next(for: 0) }.compactMap { $0 }.sorted() == Array(0..<calls))
    #expect(ranges.next(for: 3) == nil)
  }
}
