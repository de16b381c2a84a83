package import SiamTensors

/// Takes the gradient of a stage's output to that of its input, to which it adds `adding` (N, H, W, C).
package typealias StageBackward = (
  _ gradient: ActivationGradient, _ adding: Tensor?, _ parameters: inout Parameters
) -> ActivationGradient

/// A part of a convolutional network, from feature maps to feature maps.
package protocol Stage: Sendable {
  /// What the names of its parameters begin with.
  var name: String { get }

  /// What it makes of maps (N, side, side, channels).
  func shapes(side: Int, channels: Int) -> StageShapes

  /// Adds what it does to a value at evaluation to a graph for other programs.
  ///
  /// - Returns: the number of the value that comes of it.
  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward)
}
