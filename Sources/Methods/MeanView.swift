package import SiamDatasets
package import SiamNeuralNetworks
package import SiamTensors

/// The essay's open question: a view's output is pulled to that of the mean view, ‖F(T(x)) − F(x̄)‖².
///
/// x̄ is the mean of `mean-of` augmentations of x, other ones than T(x), and F = projector(encoder(·)). There is no
/// predictor. What is minimised is 1/2D of the square, so that with F normalised by batch it is about 1 − cosine, and
/// rates mean what they mean elsewhere. Source: Su 2020, last section.
package struct MeanView: Method {
  package static let name = "mean-view"
  package static let title = "Mean view"
  package static let summary = "a view's output is pulled to that of the mean of many views; no predictor"
  package static let options = [meanOf, SimSiam.noStopGradient, normalized, SimSiam.affineOutput]

  package static let meanOf = MethodOption(
    "mean-of", .integer(default: 8, in: 1...1024),
    help: "the number of augmentations averaged into the mean view")

  package static let normalized = MethodOption(
    "normalized-outputs", .flag, help: "scale outputs to length 1 before they are compared")

  /// Two unrelated outputs, normalised over the batch, are at a squared distance of 2D.
  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    configuration.options.flag(normalized)
      ? .negativeCosine
      : LossMeaning(
        "half the mean squared distance", best: 0,
        chance: configuration.headNormalization == .all ? 1 : nil)
  }

  package static let variants = [
    // The linear theory's answer to the essay's question.
    MethodVariant(name, "mean view", .collapses, .relatives) {
      $0.use(Self.self)
      $0.options[SimSiam.noStopGradient] = .flag(true)
    }
  ]

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  package let request: ViewRequest
  private let stopsGradient, isNormalized: Bool

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    network = SiameseNetwork(configuration, hasPredictor: false, in: &layout)
    request = ViewRequest(views: 1, averaged: Int(configuration.options.number(Self.meanOf)))
    stopsGradient = !configuration.options.flag(SimSiam.noStopGradient)
    isNormalized = configuration.options.flag(Self.normalized)
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    guard let mean = batch.mean else { preconditionFailure("a batch without mean views") }
    let view = network.project(batch.views[0], &parameters)
    let target = network.project(mean, &parameters)
    let distance = isNormalized ? cosine(view.z, target.z) : plain(view.z, target.z)
    view.backward(distance.gradients.0, &parameters)
    if !stopsGradient { target.backward(distance.gradients.1, &parameters) }
    return StepResult(loss: distance.loss, outputs: [view.z, target.z], targets: [target.z])
  }

  /// A loss with its gradients by the view's output and by the mean view's.
  private typealias Distance = (loss: Double, gradients: (Tensor, Tensor))

  private func plain(_ view: Tensor, _ target: Tensor) -> Distance {
    let distance = squaredDistance(view, target)
    return (distance.loss, (distance.da, scaled(distance.da, by: -1)))
  }

  /// Half the squared distance of outputs of length 1 is 1 − their cosine.
  private func cosine(_ view: Tensor, _ target: Tensor) -> Distance {
    let distance = negativeCosine(view, target)
    return (distance.loss, (distance.dp, negativeCosine(target, view).dp))
  }
}

/// 1/(2ND) Σ (a − b)², and its gradient by a; that by b is the opposite.
///
/// Shapes: a and b (N, D).
package func squaredDistance(_ a: Tensor, _ b: Tensor) -> (loss: Double, da: Tensor) {
  precondition(a.shape == b.shape, "a is \(a.shape), b is \(b.shape)")
  var (loss, da) = (0.0, a)
  let count = Double(a.count)
  da.updateRows(with: b) { _, d, b in
    for index in d.indices {
      let difference = Double(d[index]) - Double(b[index])
      loss += difference * difference
      d[index] = Float(difference / count)
    }
  }
  return (loss / (2 * count), da)
}
