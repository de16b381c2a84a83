import SiamTensors
import Synchronization
import TestSupport
import Testing

@Suite struct ParallelForTests {
  @Test("every index is called once", arguments: [0, 1, 2, 7, 1000], [1, 2, 5])
  func indices(count: Int, threads: Int) {
    let calls = LockedValue([Int](repeating: 0, count: count))
    withThreadCount(threads) {
      for _ in 0..<20 {
        parallelFor(count) { index in calls.withLock { $0[index] += 1 } }
        parallelSweep(count) { index in calls.withLock { $0[index] += 1 } }
      }
    }
    #expect(calls.withLock { $0 } == [Int](repeating: 40, count: count))
  }

  @Test("stretches are a range, in order and without gaps", arguments: [0, 1, 7, 8, 9, 100])
  func stretches(count: Int) {
    let found = LockedValue<[Range<Int>]>([])
    parallelFor(3..<3 + count, by: 8) { some in found.withLock { $0.append(some) } }
    let stretches = found.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
    #expect(stretches.flatMap { Array($0) } == Array(3..<3 + count))
    #expect(stretches.dropLast().allSatisfy { $0.count == 8 } && (1...8).contains(stretches.last?.count ?? 1))
  }

  @Test func `a region inside a region completes`() {
    let sum = Atomic<Int>(0)
    parallelFor(8) { outer in
      parallelFor(8) { inner in sum.add(outer * inner, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 784)
  }
}
