import SiamMethods

extension Trainer {
  /// The seconds that a step takes on this machine: the median of some steps of a copy, which leave no trace.
  ///
  /// - Parameter limit: seconds to measure for; at least two steps are taken.
  /// - Throws: `ImageError` if an image can no longer be read, `Diverged`.
  package func measuredSecondsPerStep(within limit: Double = 3) throws -> Double {
    var copy = self
    var seconds: [Double] = []
    let start = monotonicSeconds()
    while !copy.isFinished, seconds.count < 2 || monotonicSeconds() - start < limit, seconds.count < 50 {
      seconds.append(try copy.advance().seconds)
    }
    // The first step allocates what the others reuse.
    let steady = seconds.dropFirst(seconds.count > 1 ? 1 : 0).sorted()
    return steady[steady.count / 2]
  }
}
