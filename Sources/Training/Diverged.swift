import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// A training diverged: the loss, a gradient or a weight is NaN or infinite.
public struct Diverged: Error, Equatable, CustomStringConvertible {
  /// The quantity that is not finite.
  package enum What: String, Sendable {
    case loss = "the loss"
    case gradient = "a gradient"
    case weight = "a weight"
    case feature = "a feature in the evaluation"
  }

  /// The step, counted from 0.
  public let step: Int
  /// The quantity that is not finite.
  package let what: What
  /// The first layer where it is not: "encoder.2.0.conv1".
  public let layer: String

  /// The error message, with advice.
  public var description: String {
    "step \(step): \(what.rawValue) is NaN or infinite, first in the layer \(layer); "
      + "a lower --lr or a --warmup may help"
  }
}

extension Diverged {
  /// Features that are not finite from a network whose weights and statistics are.
  package init(features trainer: Trainer) { (step, what, layer) = (trainer.step, .feature, "encoder") }

  /// Finds what went wrong in a step from the state it left.
  ///
  /// A weight that is not finite spoils everything after it. Otherwise the backward pass, which begins at the last layer,
  /// went wrong if the loss is finite, and the forward pass if it is not.
  /// - Parameter forward: takes the same step again, to look at each layer's output.
  init(in parameters: Parameters, after result: StepResult, step: Int, forward: () -> Void) {
    self.step = step
    if let weight = parameters.firstBrokenValue {
      (what, layer) = (.weight, weight)
    } else if result.loss.isFinite {
      (what, layer) = (.gradient, parameters.lastBrokenGradient ?? "of the loss")
    } else {
      (what, layer) = (.loss, firstBrokenLayer(in: forward) ?? "of the loss")
    }
  }

  /// What is not finite in a network about to be saved; nil if everything is finite.
  init?(saving parameters: Parameters, _ state: [String: Tensor], step: Int) {
    let broken = state.filter { !$0.value.isFinite }.map(\.key).sorted().first
    guard let layer = parameters.firstBrokenValue ?? parameters.firstBrokenStatistic ?? broken else {
      return nil
    }
    (self.step, what, self.layer) = (step, .weight, layer)
  }
}
