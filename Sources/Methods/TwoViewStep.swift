import SiamDatasets
import SiamNeuralNetworks
import SiamTensors

/// A step that predicts each view's target from the other view, by cosine.
///
/// L = ½ D(p₁, t₂) + ½ D(p₂, t₁) with z = projector(encoder(view)), p = predictor(z), and targets t made of the z's or
/// by another network; or one direction alone, L = D(p₁, t₂).
struct TwoViewStep {
  /// The path of the gradient to the encoder. The predictor always gets its own.
  enum Flow: Sendable {
    /// Through the predictions; the targets are constants.
    case predictions
    /// Through both: no stop-gradient. The targets must be the z's.
    case both
    /// Through the targets alone, which must be the z's; the predictions are constants to the encoder.
    case targets
  }

  let network: SiameseNetwork
  /// Nil uses z itself as the prediction.
  let predictor: (any Layer)?
  var isSymmetric = true
  var flow = Flow.predictions

  /// Adds the loss's gradients.
  ///
  /// - Parameter targets: from the z's of both views to the targets of both.
  func callAsFunction(
    _ batch: ViewBatch, _ parameters: inout Parameters, targets: ([Tensor]) -> [Tensor] = { $0 }
  ) -> StepResult {
    precondition(batch.views.count == 2, "\(batch.views.count) views")
    let passes = batch.views.map { network.project($0, &parameters) }
    let z = passes.map(\.z)
    let targets = targets(z)
    let directions = isSymmetric ? [(0, 1), (1, 0)] : [(0, 1)]
    let weight = 1 / Float(directions.count)
    var loss = 0.0
    var gradients: [Tensor?] = [nil, nil]
    for (view, other) in directions {
      let p = predictor?.forward(z[view], &parameters, .training)
      let prediction = p?.y ?? z[view]
      let distance = negativeCosine(prediction, targets[other])
      loss += distance.loss
      let dp = scaled(distance.dp, by: weight)
      let dz = p?.backward(dp, &parameters) ?? dp
      if flow != .targets { gradients[view] = sum(gradients[view], dz) }
      if flow != .predictions {
        let dt = negativeCosine(targets[other], prediction).dp
        gradients[other] = sum(gradients[other], scaled(dt, by: weight))
      }
    }
    for (pass, dz) in zip(passes, gradients) { if let dz { pass.backward(dz, &parameters) } }
    return StepResult(loss: loss / Double(directions.count), outputs: z, targets: targets)
  }
}
