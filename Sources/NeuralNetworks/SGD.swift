import CSiamKernels
package import SiamTensors

/// Stochastic gradient descent with momentum and weight decay, as PyTorch's: v = μ v + (g + λ w), w −= η v.
package struct SGD: Sendable {
  /// μ and λ.
  package var momentum, weightDecay: Float
  /// v, as many as there are values.
  package var velocity: Tensor

  /// A velocity of zero for `count` values.
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
      unsafe ck_kernels().pointee.sgd(
        value.base + first, gradient.base + first, velocity.base + first, some.count, rate, momentum,
        weightDecay)
    }
  }
}
