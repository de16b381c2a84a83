import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// The training is not a training any more: the loss, a gradient or a weight is no number.
package struct Diverged: Error, Equatable, CustomStringConvertible {
  package enum What: String, Sendable {
    case loss = "the loss"
    case gradient = "a gradient"
    case weight = "a weight"
    case feature = "a feature in the evaluation"
  }

  package let step: Int
  package let what: What
  /// The layer where it went wrong first: "encoder.2.0.conv1".
  package let layer: String

  package var description: String {
    "step \(step): \(what.rawValue) is not a finite number, first in the layer \(layer); "
      + "a lower --lr or a --warmup may help"
  }
}

extension Diverged {
  /// Features that are no numbers, of a network whose weights and statistics are.
  package init(features trainer: Trainer) { (step, what, layer) = (trainer.step, .feature, "encoder") }

  /// What went wrong in a step, by what it left behind.
  ///
  /// A weight that is no number makes everything after it none. Otherwise numbers break on the way back, which begins at
  /// the last layer, when the loss is finite, and else on the way forward.
  /// - Parameter forward: makes the same step again, for a look at each layer's output.
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

  /// What is wrong with a network that is about to be saved; nil if nothing is.
  init?(saving parameters: Parameters, _ state: [String: Tensor], step: Int) {
    let broken = state.filter { !$0.value.isFinite }.map(\.key).sorted().first
    guard let layer = parameters.firstBrokenValue ?? parameters.firstBrokenStatistic ?? broken else {
      return nil
    }
    (self.step, what, self.layer) = (step, .weight, layer)
  }
}
