import SiamFiles
import SiamTensors
import TestSupport
import Testing

@testable import SiamLaboratory

@Suite struct KeptRunsTests {
  private struct Stopped: Error {}

  private func key(_ arm: String, _ seed: UInt64, _ choices: String = "c") -> KeptRuns.Key {
    KeptRuns.Key(experiment: "e", arm: arm, seed: seed, images: "i", choices: choices)
  }

  @Test func `what was finished before an interruption is not run again`() throws {
    try withScratchFolder { folder in
      let runs = LockedValue<[String]>([])
      var conditions = Conditions()
      conditions.runs = "\(folder)/runs"
      let (arms, seeds): ([String], [UInt64]) = (["A b", "c"], [0, 1])
      @Sendable func run(_ arm: String, _ seed: UInt64, stopsAt: String?) throws -> [Double] {
        if arm == stopsAt { throw Stopped() }
        runs.withLock { $0.append("\(arm)\(seed)") }
        return [Double(seed), .nan]
      }
      @Sendable func stored(_ arm: String, _ seed: UInt64) -> KeptRuns.Key { key(arm, seed) }
      #expect(throws: Stopped.self) {
        try withThreadCount(1) {
          _ = try conditions.keptSideBySide(arms, seeds, as: stored) { arm, seed, _ in
            try run(arm, seed, stopsAt: "c")
          }
        }
      }
      #expect(names(in: "\(folder)/runs") == ["a-b-0.json", "a-b-1.json"])
      let all = try conditions.keptSideBySide(arms, seeds, as: stored) { arm, seed, _ in
        try run(arm, seed, stopsAt: nil)
      }
      #expect(runs.withLock { $0.sorted() } == ["A b0", "A b1", "c0", "c1"])
      #expect(all.results.map { $0.map { $0[0] } } == [[0, 1], [0, 1]] && all.results[0][0][1].isNaN)
      #expect(all.seconds > 0)
    }
  }

  @Test func `a training by other choices, and a file that cannot be read, are no kept runs`() throws {
    try withScratchFolder { folder in
      let kept = KeptRuns(folder: folder)
      try kept.keep(KeptRuns.Run(key: key("a", 0), seconds: 2, value: 7))
      #expect(kept.run(key("a", 0), of: Int.self)?.value == 7)
      #expect(
        kept.run(key("a", 0, "others"), of: Int.self) == nil && kept.run(key("a", 1), of: Int.self) == nil)
      try writeFile("\(folder)/a-0.json", Array("{\"key".utf8))
      #expect(kept.run(key("a", 0), of: Int.self) == nil)
    }
  }
}
