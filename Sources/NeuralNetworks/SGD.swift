import CKernels
import Glibc
public import Tensors

/// Stochastic gradient descent with momentum and weight decay, as PyTorch's: v = μ v + (g + λ w), w −= η v.
public struct SGD: Sendable {
  public var momentum, weightDecay: Float
  public var velocity: Tensor

  public init(momentum: Float = 0.9, weightDecay: Float, count: Int) {
    (self.momentum, self.weightDecay) = (momentum, weightDecay)
    velocity = Tensor(zeros: [count])
  }

  /// One step for the values in `range`, at `rate`.
  public mutating func step(_ parameters: inout Parameters, _ range: Range<Int>, rate: Float) {
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
public struct CosineSchedule: Sendable, Equatable {
  public var peak: Float
  public var warmup, steps: Int

  public init(peak: Float, warmup: Int, steps: Int) {
    (self.peak, self.warmup, self.steps) = (peak, warmup, steps)
  }

  public func rate(at step: Int) -> Float {
    if step < warmup { return peak * Float(step + 1) / Float(warmup) }
    let share = Double(step - warmup) / Double(max(1, steps - warmup))
    return peak * Float((1 + cos(.pi * min(1, share))) / 2)
  }
}
