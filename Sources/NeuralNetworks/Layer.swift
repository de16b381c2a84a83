package import SiamTensors

/// How a network treats its normalisations in a forward pass.
package enum Mode: Sendable, Equatable {
  /// Normalise by the batch's own statistics and let the running ones follow by a tenth, as PyTorch does.
  case training
  /// Normalise by the batch's own statistics and take them into the running ones with this weight: 1, 1/2, 1/3, ...
  /// over some batches makes the running statistics their mean. For a network that was never trained.
  case calibration(weight: Float)
  /// Normalise by the running statistics. Nothing is kept for a backward pass.
  case evaluation
}

/// Takes the gradient of a layer's output to that of its input, and adds those of its parameters.
package typealias Backward = (Tensor, inout Parameters) -> Tensor

/// A layer owns places in `Parameters`, not numbers; its forward pass returns its own backward.
package protocol Layer: Sendable {
  /// What the names of its parameters begin with; the type's name for a layer without any.
  var name: String { get }

  func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (y: Tensor, backward: Backward)
}

extension Layer {
  package var name: String { "\(Self.self)" }
}

/// Layers one after the other.
package struct Sequential: Layer {
  package let layers: [any Layer]

  package init(_ layers: [any Layer]) { self.layers = layers }

  package func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (
    y: Tensor, backward: Backward
  ) {
    var y = x
    var backwards: [Backward] = []
    for layer in layers {
      let step = layer.profiledForward(y, &parameters, mode)
      y = step.y
      if mode != .evaluation { backwards.append(step.backward) }
    }
    return (y, { [backwards] dy, parameters in backwards.reversed().reduce(dy) { $1($0, &parameters) } })
  }
}

/// Consecutive parts of a batch, the unit of parallel work.
///
/// Their number is a function of the shapes alone, so sums over them do not depend on the threads.
struct Slices {
  let count: Int
  private let batch: Int

  /// - Parameter weights: the size of the gradient that each part sums on its own; large ones get fewer parts.
  init(batch: Int, weights: Int = 0) {
    self.batch = batch
    count = min(batch, weights > 400_000 ? 4 : weights > 50_000 ? 8 : 16)
  }

  /// Without sums over pictures: parts large enough for each to fill the products of the smallest maps.
  init(evaluating batch: Int) { (self.batch, count) = (batch, (batch + 31) / 32) }

  subscript(index: Int) -> Range<Int> { index * batch / count..<(index + 1) * batch / count }
}
