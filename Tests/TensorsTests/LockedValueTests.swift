import SiamTensors
import TestSupport
import Testing

@Suite struct LockedValueTests {
  @Test("what many threads add is all there", arguments: [1, 2, 4])
  func sums(threads: Int) {
    let sum = LockedValue(0)
    withThreadCount(threads) {
      parallelFor(8) { index in
        for _ in 0..<1000 { sum.withLock { $0 += index } }
      }
    }
    #expect(sum.withLock { $0 } == 28_000)
  }

  @Test func `an error leaves it free`() {
    struct Fault: Error {}
    let value = LockedValue(1)
    #expect(throws: Fault.self) { try value.withLock { _ throws(Fault) in throw Fault() } }
    #expect(value.withLock { $0 } == 1)
  }
}
