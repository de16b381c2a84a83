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

/// A layer owns ranges of `Parameters`, not values; its forward pass returns its own backward.
package protocol Layer: Sendable {
  /// What the names of its parameters begin with; the type's name for a layer without any.
  var name: String { get }

  /// y, and the backward that takes the gradient of y to that of x. Calibration and training change the running statistics.
  func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (y: Tensor, backward: Backward)
}

extension Layer {
  package var name: String { "\(Self.self)" }
}

/// Layers in sequence: each takes the output of the one before it.
package struct Sequential: Layer {
  /// The layers, first to last.
  package let layers: [any Layer]

  /// - Parameter layers: first to last.
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
