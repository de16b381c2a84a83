package import SiamDatasets
package import SiamNeuralNetworks
import SiamTensors

/// VICReg: the outputs of two views are pulled together, each varies over the batch, and no two are correlated.
///
/// There is no predictor, no stop-gradient and no negative; the projector, the paper's expander, ends without
/// normalisation. Source: Bardes, Ponce, LeCun 2022, algorithm 1.
package struct VICReg: Method {
  package static let name = "vicreg"
  package static let title = "VICReg"
  package static let summary = "outputs of both views agree, each varies over the batch, no two vary together"
  package static let options = [invariance, variance, covariance]

  package static let invariance = MethodOption(
    "invariance", .number(default: 25, in: 0...1000), help: "the weight of the views' squared distance")
  package static let variance = MethodOption(
    "variance", .number(default: 25, in: 0...1000),
    help: "the weight of keeping each output's standard deviation at 1 or above")
  package static let covariance = MethodOption(
    "covariance", .number(default: 1, in: 0...1000), help: "the weight of the outputs' squared covariances")

  package static func setDefaults(in configuration: inout TrainingConfiguration) {
    (configuration.projectorLayers, configuration.headNormalization) = (3, .hidden)
    // The weights make the gradients an order of magnitude larger than those of the other losses.
    configuration.baseRate = 0.04
  }

  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    // For unrelated outputs of deviation 1 the squared distance is 2, the rest nearly 0.
    LossMeaning(
      "invariance, variance and covariance", best: 0, chance: 2 * configuration.options.number(invariance))
  }

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let weights: (invariance: Double, variance: Double, covariance: Double)

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    network = SiameseNetwork(configuration, hasPredictor: false, in: &layout)
    let options = configuration.options
    weights = (
      options.number(Self.invariance), options.number(Self.variance), options.number(Self.covariance)
    )
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    network.step(batch, &parameters) { loss($0, $1) }
  }

  /// λ s(x, y) + μ (v(x) + v(y)) / 2 + ν (c(x) + c(y)), and its gradients by both; equations 1 to 6.
  ///
  /// Shapes: x and y (N, D), N at least 2. s is the mean of the squares, as in the paper's code.
  private func loss(_ x: Tensor, _ y: Tensor) -> (loss: Double, gradients: (Tensor, Tensor)) {
    let distance = squaredDistance(x, y)  // half the mean of the squares
    let dx = scaled(distance.da, by: Float(2 * weights.invariance))
    let (a, b) = (regularization(x), regularization(y))
    return (
      2 * weights.invariance * distance.loss + a.loss + b.loss,
      (sum(dx, a.dz), sum(scaled(dx, by: -1), b.dz))
    )
  }

  /// μ v(z) / 2 + ν c(z) with v = Σ max(0, 1 − √(Cᵢᵢ + 1e-4)) / D and c = Σ Cᵢⱼ² / D over i ≠ j, for the covariance C.
  private func regularization(_ z: Tensor) -> (loss: Double, dz: Tensor) {
    let (centred, d) = (centredColumns(z), Double(z.channels))
    let degrees = Float(z.rows - 1)
    // C is replaced by the loss's gradient by it.
    var slopes = scaled(crossCorrelation(centred, centred), by: Float(z.rows) / degrees)
    var loss = 0.0
    slopes.updateRows { row, c in
      let deviation = (Double(c[row]) + 1e-4).squareRoot()
      for column in c.indices {
        let covariance = Double(c[column])
        loss += column == row ? 0 : weights.covariance * covariance * covariance / d
        c[column] = Float(2 * weights.covariance * covariance / d)
      }
      loss += weights.variance * max(1 - deviation, 0) / (2 * d)
      c[row] = deviation < 1 ? Float(-weights.variance / (4 * d * deviation)) : 0
    }
    return (loss, scaled(product(centred, PackedMatrix(slopes)), by: 2 / degrees))
  }
}
