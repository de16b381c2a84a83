import Synchronization
import Tensors
import TestSupport
import Testing

@Suite struct ParallelForTests {
  @Test("every index is called once", arguments: [0, 1, 2, 7, 1000], [1, 2, 5])
  func indices(count: Int, threads: Int) {
    let calls = Guarded([Int](repeating: 0, count: count))
    withThreadCount(threads) {
      for _ in 0..<20 {
        parallelFor(count) { index in calls.withLock { $0[index] += 1 } }
        parallelSweep(count) { index in calls.withLock { $0[index] += 1 } }
      }
    }
    #expect(calls.withLock { $0 } == [Int](repeating: 40, count: count))
  }

  @Test func `a region inside a region completes`() {
    let sum = Atomic<Int>(0)
    parallelFor(8) { outer in
      parallelFor(8) { inner in sum.add(outer * inner, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 784)
  }
}
