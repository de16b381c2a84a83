package import SiamDatasets
package import SiamNeuralNetworks
import SiamTensors

/// Barlow Twins: the cross-correlation of two views' outputs is pulled to the identity.
///
/// C = z₁ᵀ z₂ / N of outputs normalised over the batch, L = s (Σ (1 − Cᵢᵢ)² + λ Σ Cᵢⱼ² over i ≠ j). The normalisation is
/// the projector's last, without scale and shift. There is no predictor, no stop-gradient and no negative.
/// Source: Zbontar, Jing, Misra, LeCun, Deny 2021, equations 1 and 2.
package struct BarlowTwins: Method {
  package static let name = "barlow-twins"
  package static let title = "Barlow Twins"
  package static let summary = "the cross-correlation of both views' outputs is pulled to the identity"
  package static let options = [redundancy, lossScale]

  package static let redundancy = MethodOption(
    "redundancy", .number(default: 0.005, in: 0...1000),
    help: "the weight of the off-diagonal terms, the paper's lambda")
  package static let lossScale = MethodOption(
    "loss-scale", .number(default: 0.024, in: 0.000_001...1000),
    help: "what the loss is multiplied by, as in the paper's code")

  package static func setDefaults(in configuration: inout TrainingConfiguration) {
    configuration.projectorLayers = 3
  }

  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    LossMeaning(
      "distance of the cross-correlation from the identity", best: 0,
      chance: configuration.options.number(lossScale) * Double(configuration.dimension))
  }

  package static func refusal(of configuration: TrainingConfiguration) -> String? {
    configuration.headNormalization == .all
      ? nil : "\(name) needs --head-norm all: its loss is of normalised outputs"
  }

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let redundancy, scale: Double

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    network = SiameseNetwork(configuration, hasPredictor: false, in: &layout)
    redundancy = configuration.options.number(Self.redundancy)
    scale = configuration.options.number(Self.lossScale)
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    network.step(batch, &parameters) { loss($0, $1) }
  }

  /// The loss of normalised outputs, and its gradients by both. Shapes: a and b (N, D).
  private func loss(_ a: Tensor, _ b: Tensor) -> (loss: Double, gradients: (Tensor, Tensor)) {
    let count = Double(a.rows)
    // C is replaced by the loss's gradient by it, over N.
    var slopes = crossCorrelation(a, b)
    var loss = 0.0
    slopes.updateRows { row, c in
      for column in c.indices {
        let difference = Double(c[column]) - (column == row ? 1 : 0)
        let weight = scale * (column == row ? 1 : redundancy)
        loss += weight * difference * difference
        c[column] = Float(2 * weight * difference / count)
      }
    }
    return (
      loss, (product(b, PackedMatrix(transposing: slopes)), product(a, PackedMatrix(slopes)))
    )
  }
}
