import CSiamKernels
import Glibc
package import SiamTensors

/// Stochastic gradient descent with momentum and weight decay, as PyTorch's: v = μ v + (g + λ w), w −= η v.
package struct SGD: Sendable {
  package var momentum, weightDecay: Float
  package var velocity: Tensor

  package init(momentum: Float = 0.9, weightDecay: Float, count: Int) {
    (self.momentum, self.weightDecay) = (momentum, weightDecay)
    velocity = Tensor(zeros: [count])
  }

  /// One step for the values in `range`, at `rate`.
  package mutating func step(_ parameters: inout Parameters, _ range: Range<Int>, rate: Float) {
    precondition(velocity.count == parameters.values.count, "a velocity for another network")
    let (value, gradient, velocity) = (
      parameters.values.unique(), parameters.gradients.buffer, velocity.unique()
    )
    let (momentum, weightDecay) = (momentum, weightDecay)
    parallelFor(range, by: 65_536) { some in
      let first = some.lowerBound
      unsafe ck_sgd(
        value.base + first, gradient.base + first, velocity.base + first, some.count, rate, momentum,
        weightDecay)
    }
  }
}

/// The learning rate by step: a linear warm-up, then half a cosine down to 0.
///
/// Source: Loshchilov and Hutter 2016, without restarts.
package struct CosineSchedule: Sendable, Equatable {
  package var peak: Float
  package var warmup, steps: Int

  package init(peak: Float, warmup: Int, steps: Int) {
    (self.peak, self.warmup, self.steps) = (peak, warmup, steps)
  }

  package func rate(at step: Int) -> Float {
    if step < warmup { return peak * Float(step + 1) / Float(warmup) }
    let share = Double(step - warmup) / Double(max(1, steps - warmup))
    return peak * Float((1 + cos(.pi * min(1, share))) / 2)
  }
}
