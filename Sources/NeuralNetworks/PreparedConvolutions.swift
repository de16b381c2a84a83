import SiamTensors

/// The passes of a network while its values stay as they are: each convolution's weights are laid out once, for all
/// batches, views and threads.
package final class PreparedConvolutions: Sendable {
  private struct Key: Hashable {
    let weight, height, width: Int
    init(_ convolution: Convolution, _ height: Int, _ width: Int) {
      (weight, self.height, self.width) = (convolution.weight.lowerBound, height, width)
    }
  }
  private let forward = LockedValue<[Key: any ConvolutionForward]>([:])
  private let backward = LockedValue<[Key: any ConvolutionBackward]>([:])
  private let blocks = LockedValue<[String: InvertedResidualPass]>([:])

  /// Nothing is prepared yet.
  package init() {}

  /// The pass of one convolution for images of one size, made at the first call.
  func forward(
    of convolution: Convolution, height: Int, width: Int, _ parameters: Parameters
  ) -> any ConvolutionForward {
    Self.found(Key(convolution, height, width), in: forward) {
      convolution.forwardPass(height: height, width: width, parameters)
    }
  }

  /// The same for the backward pass.
  func backward(
    of convolution: Convolution, height: Int, width: Int, propagates: Bool, _ parameters: Parameters
  ) -> any ConvolutionBackward {
    Self.found(Key(convolution, height, width), in: backward) {
      convolution.backwardPass(height: height, width: width, propagates: propagates, parameters)
    }
  }

  /// The evaluation of a block.
  func block(_ block: InvertedResidual, _ parameters: Parameters) -> InvertedResidualPass {
    Self.found(block.name, in: blocks) { InvertedResidualPass(block, parameters) }
  }

  private static func found<Name: Hashable & Sendable, Pass: Sendable>(
    _ key: Name, in passes: LockedValue<[Name: Pass]>, _ make: () -> Pass
  ) -> Pass {
    if let pass = passes.withLock({ $0[key] }) { return pass }
    // Not under the lock: the work may be shared out, and of two that come together either's result will do.
    let pass = make()
    passes.withLock { $0[key] = pass }
    return pass
  }
}
