import Glibc
import SiamTensors
import TestSupport
import Testing

@testable import SiamLaboratory

@Suite struct SideBySideTests {
  private struct Broken: Error, Equatable { let arm: Int }

  @Test("results stand by arm and seed, on any number of threads", arguments: [1, 3])
  func order(threads: Int) throws {
    let texts = LockedValue<[String]>([])
    let conditions = Conditions { text in texts.withLock { $0.append(text) } }
    let results = try withThreadCount(threads) {
      try conditions.sideBySide(["a", "b", "c"], [0, 1]) { arm, seed, progress in
        try progress("\(arm)\(seed)")
        return "\(arm)\(seed)"
      }
    }
    #expect(results == [["a0", "a1"], ["b0", "b1"], ["c0", "c1"]])
    let said = texts.withLock { $0.map { $0.split(separator: "; ")[1] }.sorted() }
    #expect(said == ["a0", "a1", "b0", "b1", "c0", "c1"])
    #expect(texts.withLock { $0.allSatisfy { $0.contains(" of 6 done; ") } })
  }

  @Test("an error ends it, and what had not begun is left out", arguments: [1, 2])
  func errors(threads: Int) {
    let begun = LockedValue(0)
    #expect(throws: Broken(arm: 3)) {
      try withThreadCount(threads) {
        _ = try Conditions().sideBySide(Array(0..<1000), [0]) { arm, _, _ in
          begun.withLock { $0 += 1 }
          if arm == 3 { throw Broken(arm: arm) }
          if arm > 3 { usleep(1000) }
        }
      }
    }
    // The other thread may be a few milliseconds, and so arms, ahead when the error is noted, not hundreds.
    #expect(begun.withLock { $0 } < 500)
  }

  @Test func `what progress throws to stop comes through`() {
    let conditions = Conditions { _ in throw Broken(arm: -1) }
    #expect(throws: Broken(arm: -1)) {
      _ = try conditions.sideBySide([1, 2], [0, 1]) { arm, _, progress in
        try progress("")
        return arm
      }
    }
  }
}
