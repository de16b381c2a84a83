import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

extension SpeedsExperiment {
  /// One training, measured every few steps: how fast its parts move, and the forces between them.
  ///
  /// z are the projector's outputs of one view (N, D), p the predictor's, l the loss, F = E[z zᵀ] the outputs'
  /// correlation, P the matrix of the best linear predictor.
  struct SpeedCurves: Codable, Sendable {
    /// The seed of the training.
    let seed: UInt64
    /// The steps of the measurements.
    private(set) var steps: [Double] = []
    /// ||Δw|| / ||w|| of the weights w of each part in one step.
    private(set) var encoderSpeed: [Double] = []
    private(set) var projectorSpeed: [Double] = []
    private(set) var predictorSpeed: [Double] = []
    /// The same of each convolution of the encoder, from the input on, and the layers' names.
    private(set) var layers: [String] = []
    private(set) var layerSpeeds: [[Double]] = []
    /// The root mean square over the images of ||N ∂l/∂p||: 0 when prediction and target point the same way.
    private(set) var force: [Double] = []
    /// The same of ∂l/∂z through the predictor, and through the target, whether or not the training uses it.
    private(set) var predictionForce: [Double] = []
    private(set) var targetForce: [Double] = []
    /// The loss of one direction, −cosine of p and the other view's z.
    private(set) var loss: [Double] = []
    /// ||FP − PF|| / (||F|| ||P||), and ||P − Pᵀ|| / ||P||.
    private(set) var misalignment: [Double] = []
    private(set) var asymmetry: [Double] = []
    /// The share m_o of the outputs' common centre; see `CollapseGauges`.
    private(set) var centre: [Double] = []
    /// The effective rank of z.
    private(set) var rank: [Double] = []
    /// The largest rank that z can have.
    private(set) var rankLimit = 1.0
    /// The eigenvalues of F in the last measurement, largest first, divided by their sum.
    private(set) var eigenvalues: [Double] = []

    /// Trains, and measures every `extent.every` steps.
    ///
    /// - Parameter progress: called with the step before each measurement; may throw to stop.
    /// - Throws: `Diverged`, and what reading the images and `progress` throw.
    init(
      _ configuration: TrainingConfiguration, _ testbed: Testbed, _ extent: Extent,
      progress: (Int) throws -> Void
    ) throws {
      seed = configuration.seed
      let session = testbed.session(configuration)
      guard let network = (session.trainer.method as? SimSiam)?.network else {
        preconditionFailure("speeds are measured on SimSiam")
      }
      layers = session.trainer.parameters.layout.entries.map(\.name).filter {
        $0.hasPrefix("encoder.") && $0.hasSuffix(".weight") && !$0.contains(".norm")
      }
      layerSpeeds = layers.map { _ in [] }
      let count = min(extent.probe, testbed.store.count)
      let indices = (0..<count).map { $0 * testbed.store.count / count }
      // The views of an epoch that training never reaches.
      let views = try session.trainer.loader.batch(
        of: indices, epoch: configuration.epochs, ViewRequest()
      ).views
      var before: Tensor?
      try session.run { event in
        switch event {
        case .step:
          if let before { measureSpeeds(from: before, to: session.trainer.parameters) }
          before = nil
          fallthrough
        case .began:
          let trainer = session.trainer
          guard !trainer.isFinished, trainer.step % extent.every == 0 else { return }
          try progress(trainer.step)
          steps.append(Double(trainer.step))
          measure(network, trainer.parameters, on: views)
          before = trainer.parameters.values
        default: break
        }
      }
    }

    private mutating func measureSpeeds(from before: Tensor, to after: Parameters) {
      for (part, path) in [
        ("encoder.", \Self.encoderSpeed), ("projector.", \Self.projectorSpeed),
        ("predictor.", \Self.predictorSpeed),
      ] { self[keyPath: path].append(relativeChange(before, after, of: part)) }
      for (index, layer) in layers.enumerated() {
        layerSpeeds[index].append(relativeChange(before, after, of: layer))
      }
    }

    /// Forces, predictor and outputs on two views of the same images.
    private mutating func measure(
      _ network: SiameseNetwork, _ parameters: Parameters, on views: [Tensor]
    ) {
      guard let predictor = network.predictor else { return }
      var parameters = parameters
      let (first, second) = (
        network.project(views[0], &parameters).z, network.project(views[1], &parameters).z
      )
      let p = predictor.forward(first, &parameters, .training)
      let distance = negativeCosine(p.y, second)
      let dz = p.backward(distance.dp, &parameters)
      let target = negativeCosine(second, p.y).dp
      let root = Double(first.rows).squareRoot()
      loss.append(distance.loss)
      force.append(norm(distance.dp) * root)
      predictionForce.append(norm(dz) * root)
      targetForce.append(norm(target) * root)
      let (z, y) = (rows(first), rows(p.y))
      let share = 1 / Double(first.rows)
      let correlation = share * (z.transposed * z)
      let linear = fitted(z, y, correlation)
      misalignment.append(
        (correlation * linear - linear * correlation).norm / (correlation.norm * linear.norm))
      asymmetry.append((linear - linear.transposed).norm / linear.norm)
      let gauges = CollapseGauges(first.values, dimension: first.channels)
      centre.append(gauges.centre)
      rank.append(gauges.effectiveRank)
      rankLimit = Double(min(first.rows, first.channels))
      let all = correlation.eigenvalues.reversed().map { max(0, $0) }
      let sum = all.reduce(0, +)
      eigenvalues = all.map { $0 / max(sum, 1e-300) }
    }
  }
}

private func norm(_ tensor: Tensor) -> Double {
  tensor.withSpan { all in
    var sum = 0.0
    for index in all.indices { sum += Double(all[index]) * Double(all[index]) }
    return sum.squareRoot()
  }
}

private func rows(_ tensor: Tensor) -> Matrix {
  Matrix(tensor.rows, tensor.channels, tensor.values.map(Double.init))
}

/// ||Δw|| / ||w|| over the entries whose names begin with `part`; 0 where all weights are 0.
private func relativeChange(_ before: Tensor, _ after: Parameters, of part: String) -> Double {
  var (change, size) = (0.0, 0.0)
  before.withSpan { before in
    after.values.withSpan { now in
      for entry in after.layout.entries where entry.name.hasPrefix(part) {
        for index in entry.range {
          let (a, b) = (Double(before[index]), Double(now[index]))
          change += (b - a) * (b - a)
          size += a * a
        }
      }
    }
  }
  return size > 0 ? (change / size).squareRoot() : 0
}

/// P of y ≈ P z by least squares: E[y zᵀ] (F + ε I)⁻¹, with ε a thousandth of F's mean eigenvalue so that it can be
/// inverted.
private func fitted(_ z: Matrix, _ y: Matrix, _ correlation: Matrix) -> Matrix {
  let d = z.columns
  let trace = (0..<d).reduce(0) { $0 + correlation.values[$1 * d + $1] }
  let system =
    correlation + Matrix(diagonal: [Double](repeating: max(1e-3 * trace / Double(d), 1e-12), count: d))
  let cross = (1 / Double(z.rows)) * (y.transposed * z)
  var values: [Double] = []
  for row in 0..<d { values += system.solution(for: Array(cross.values[row * d..<(row + 1) * d])) }
  return Matrix(d, d, values)
}
