import Glibc

/// The learning rate by step: a linear warm-up, then half a cosine down to 0.
///
/// Source: Loshchilov and Hutter 2016, without restarts.
package struct CosineSchedule: Sendable, Equatable {
  /// The rate at the end of the warm-up.
  package var peak: Float
  /// The steps of the warm-up, and all steps with it.
  package var warmup, steps: Int

  /// - Parameter steps: all of them, the warm-up included.
  package init(peak: Float, warmup: Int, steps: Int) {
    (self.peak, self.warmup, self.steps) = (peak, warmup, steps)
  }

  /// The rate of one step; the first is step 0.
  package func rate(at step: Int) -> Float {
    if step < warmup { return peak * Float(step + 1) / Float(warmup) }
    let share = Double(step - warmup) / Double(max(1, steps - warmup))
    return peak * Float((1 + cos(.pi * min(1, share))) / 2)
  }
}
