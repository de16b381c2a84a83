package import SiamTensors

/// When to stop: ES-WMV, early stopping by the windowed moving variance of the outputs.
///
/// The network first finds the image and then the damage, and between the two its outputs change least. The variance of
/// the last W outputs is followed; its least value so far marks the image to keep, and when it has not fallen for
/// `patience` steps the fitting ends. Of more than 100 outputs only every second, third and so on is looked at, so that
/// a long window costs no more memory than one of 100.
/// Source: Wang, Li, Zhuang, Chen, Liang, Sun 2021, "Early Stopping for Deep Image Prior", algorithm 1.
package struct VarianceWindow: Sendable {
  /// W, and the steps without a new least variance before the end.
  package let size, patience: Int
  /// Every so manyth output is looked at, and so many of those are kept.
  private let every, kept: Int
  private var steps = 0
  /// The outputs in the window, oldest at `next` once it is full, in steps of 1/65535. Integers have exact sums, so
  /// that nothing drifts as outputs come and go.
  private var outputs: [[UInt16]] = []
  private var next = 0
  private var sums: [Int32] = []
  private var squares = 0.0
  private var current: Double?
  /// The least variance so far.
  package private(set) var least = Double.infinity
  /// The steps since then.
  package private(set) var stepsSinceLeast = 0

  /// - Precondition: a window of 2 to 10000 outputs, a patience of at least one step.
  package init(size: Int = 500, patience: Int = 1000) {
    precondition(
      (2...10_000).contains(size) && patience > 0, "a window of \(size), a patience of \(patience)")
    (self.size, self.patience) = (size, patience)
    every = (size + 99) / 100
    kept = size / every
  }

  /// Whether the patience is exhausted.
  package var isOver: Bool { stepsSinceLeast >= patience }

  /// What one more output came to.
  package struct Verdict: Sendable, Equatable {
    /// The mean over samples of the variance over the window, when it was last taken; nil before the window is full.
    package let variance: Double?
    /// Whether it was taken now and is the least so far.
    package let isLeast: Bool
  }

  /// Takes one output in, with values in 0...1.
  package mutating func note(_ output: Tensor) -> Verdict {
    let isLeast = steps % every == 0 && isLeast(with: output)
    steps += 1
    stepsSinceLeast = isLeast || current == nil ? 0 : stepsSinceLeast + 1
    return Verdict(variance: current, isLeast: isLeast)
  }

  /// Takes one output into the window; whether the variance is the least now.
  private mutating func isLeast(with output: Tensor) -> Bool {
    let new = output.withSpan { values in
      (0..<values.count).map { UInt16(min(max(values[$0], 0), 1) * 65_535 + 0.5) }
    }
    if sums.isEmpty { sums = [Int32](repeating: 0, count: new.count) }
    precondition(sums.count == new.count, "an output of \(new.count) samples after one of \(sums.count)")
    squares += Self.squares(new)
    if outputs.count < kept {
      outputs.append(new)
      for index in new.indices { sums[index] += Int32(new[index]) }
    } else {
      let old = outputs[next]
      squares -= Self.squares(old)
      for index in new.indices { sums[index] += Int32(new[index]) - Int32(old[index]) }
      outputs[next] = new
      next = (next + 1) % kept
    }
    guard outputs.count == kept else { return false }
    let variance = variance
    current = variance
    defer { least = min(least, variance) }
    return variance < least
  }

  /// (Σ x² / W − (Σ x / W)²), averaged over samples. All sums are integers below 2⁵³.
  private var variance: Double {
    var ofSums = 0.0
    for sum in sums { ofSums += Double(sum) * Double(sum) }
    let (w, count) = (Double(outputs.count), Double(sums.count))
    return (squares / w - ofSums / (w * w)) / count / (65_535 * 65_535)
  }

  private static func squares(_ values: [UInt16]) -> Double {
    var sum: UInt64 = 0
    for value in values { sum += UInt64(value) * UInt64(value) }
    return Double(sum)
  }
}
