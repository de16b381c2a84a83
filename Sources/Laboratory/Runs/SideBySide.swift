import SiamFiles
import SiamTensors

extension Conditions {
  /// Runs `body` for each arm and seed, and returns a list for each arm with a result for each seed.
  ///
  /// Runs as many at a time as there are threads: parallel trainings keep them busier than one training that divides
  /// every step. Parallel regions within `body` run on its own thread. No result depends on any of this.
  ///
  /// - Parameter body: is given an arm, a seed, and a closure to call with what is being done.
  /// - Throws: the first error; runs not started by then are skipped.
  func sideBySide<Arm: Sendable, Result: Sendable>(
    _ arms: [Arm], _ seeds: [UInt64],
    _ body: @Sendable (Arm, UInt64, _ progress: (String) throws -> Void) throws -> Result
  ) throws -> [[Result]] {
    let count = arms.count * seeds.count
    let state = LockedValue((finished: 0, error: (any Error)?.none))
    let results = parallelMap(count) { index -> Result? in
      guard state.withLock({ $0.error == nil }) else { return nil }
      do {
        let result = try body(arms[index / seeds.count], seeds[index % seeds.count]) { text in
          let finished = state.withLock(\.finished)
          try progress("\(finished) of \(count) done; \(text)")
        }
        state.withLock { $0.finished += 1 }
        return result
      } catch {
        state.withLock { $0.error = $0.error ?? error }
        return nil
      }
    }
    if let error = state.withLock(\.error) { throw error }
    let all = results.compactMap(\.self)
    return arms.indices.map { Array(all[$0 * seeds.count..<($0 + 1) * seeds.count]) }
  }

  /// The same, each result kept in a file as soon as it is there and taken from it when the experiment is run again.
  ///
  /// - Parameter key: names an arm with a seed, and everything that its result depends on.
  /// - Returns: the results, and the seconds that they took together, whenever that was.
  /// - Throws: `FileError` as well.
  func keptSideBySide<Arm: Sendable, Result: Codable & Sendable>(
    _ arms: [Arm], _ seeds: [UInt64], as key: @Sendable (Arm, UInt64) -> KeptRuns.Key,
    _ body: @escaping @Sendable (Arm, UInt64, _ progress: (String) throws -> Void) throws -> Result
  ) throws -> (results: [[Result]], seconds: Double) {
    let kept = runs.map(KeptRuns.init)
    let clock = ContinuousClock()
    let all = try sideBySide(arms, seeds) { arm, seed, progress in
      let key = key(arm, seed)
      if let run = kept?.run(key, of: Result.self) { return run }
      let start = clock.now
      let value = try body(arm, seed, progress)
      let run = KeptRuns.Run(key: key, seconds: (clock.now - start) / .seconds(1), value: value)
      try kept?.keep(run)
      return run
    }
    return (all.map { $0.map(\.value) }, all.joined().reduce(0) { $0 + $1.seconds })
  }
}
