import CSiamKernels
import Glibc
package import SiamTensors

/// Adam without weight decay, as PyTorch's: m and v follow g and g² by 1 − β, w −= η m̂ / (√v̂ + ε).
///
/// Source: Kingma and Ba 2015, algorithm 1.
package struct Adam: Sendable {
  /// β₁ and β₂, how much of each moment stays at a step, and ε.
  package var decay1, decay2, epsilon: Float
  /// The moments m and v of the gradient, (count).
  package private(set) var first, second: Tensor
  /// How many steps were taken.
  package private(set) var steps = 0

  /// Moments of zero for `count` values.
  package init(decay1: Float = 0.9, decay2: Float = 0.999, epsilon: Float = 1e-8, count: Int) {
    (self.decay1, self.decay2, self.epsilon) = (decay1, decay2, epsilon)
    (first, second) = (Tensor(zeros: [count]), Tensor(zeros: [count]))
  }

  /// One step for all values, at `rate`.
  package mutating func step(_ parameters: inout Parameters, rate: Float) {
    let count = parameters.values.count
    precondition(first.count == count, "moments for another network")
    steps += 1
    let step = ck_adam_step(
      rate: Float(Double(rate) / (1 - pow(Double(decay1), Double(steps)))), decay1: decay1, decay2: decay2,
      root: Float((1 - pow(Double(decay2), Double(steps))).squareRoot()), epsilon: epsilon)
    let (value, gradient) = (parameters.values.unique(), parameters.gradients.buffer)
    let (first, second) = (first.unique(), second.unique())
    parallelFor(0..<count, by: 16_384) { some in
      let (at, length) = (some.lowerBound, some.count)
      var step = step
      unsafe ck_kernels().pointee.adam(
        &step, gradient.base + at, first.base + at, second.base + at, length, value.base + at)
    }
  }
}
