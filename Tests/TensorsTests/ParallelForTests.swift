import Glibc
import SiamFiles
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

  @Test func `where the system starts no more threads, those that there are do the work`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      // Room for the calls below, but not for the stack of a thread.
      let pages = try readFile("/proc/self/statm").prefix { $0 != 0x20 }
      let bytes = 4096 * (UInt(String(decoding: pages, as: UTF8.self)) ?? 0) + 6 << 20
      var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(1) }
      threadCount = 200
      guard let missing = startThreads(), missing.wanted == 200, missing.running < 200 else { exit(2) }
      guard missing.reason == "Resource temporarily unavailable", threadCount == missing.running else {
        exit(3)
      }
      let calls = Atomic<Int>(0)
      parallelFor(1000) { _ in calls.add(1, ordering: .relaxed) }
      exit(calls.load(ordering: .relaxed) == 1000 ? 7 : 4)
    }
  }

  @Test func `a region inside a region completes`() {
    let sum = Atomic<Int>(0)
    parallelFor(8) { outer in
      parallelFor(8) { inner in sum.add(outer * inner, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 784)
  }
}
