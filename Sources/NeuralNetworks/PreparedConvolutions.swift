import Synchronization
import Tensors

/// The forward passes of a network whose values no longer change: each convolution's weights are laid out once, for all
/// batches and threads.
package final class PreparedConvolutions: Sendable {
  private struct Key: Hashable {
    let weight, height, width: Int
  }
  private let passes = Mutex<[Key: any ConvolutionForward]>([:])

  package init() {}

  /// The pass of one convolution for pictures of one size, made at the first call.
  func pass(
    of convolution: Convolution, height: Int, width: Int, _ parameters: Parameters
  ) -> any ConvolutionForward {
    let key = Key(weight: convolution.weight.lowerBound, height: height, width: width)
    if let pass = passes.withLock({ $0[key] }) { return pass }
    // Not under the lock: the work may be shared out, and of two that come together either's result will do.
    let pass = convolution.forwardPass(height: height, width: width, parameters)
    passes.withLock { $0[key] = pass }
    return pass
  }
}
