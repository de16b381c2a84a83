import SiamFigures
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// Which part is the fast one: how quickly predictor and encoder move, and what happens to the force between them.
package struct SpeedsExperiment: Experiment {
  package static let name = "speeds"
  package static let summary =
    "How fast predictor and encoder move, and the force between them, over predictor rates."
  package static let needsImages = true

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (1000, 500), full: (4000, 1000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// The width of the encoder, and the length of each training.
    var width, epochs: Int
    /// The number of images to measure the forces on, and the steps between two measurements.
    var probe, every: Int
    /// The default number of seeds.
    var seeds: Int
    /// The learning rates of the predictor, divided by the rate of the other parts.
    var factors: [Float]

    /// The quick form.
    static let quick = Extent(width: 8, epochs: 2, probe: 256, every: 8, seeds: 3, factors: [0.1, 1, 10])
    /// The full form.
    static let full = Extent(
      width: 16, epochs: 20, probe: 512, every: 20, seeds: 5, factors: [0, 0.1, 1, 10])
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    // As many measurements however long the trainings are.
    extent.every = given.every * max(1, extent.epochs / max(1, given.epochs))
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    let chosen = extent
    let arms = [true, false].flatMap { stops in chosen.factors.map { (hasStopGradient: stops, factor: $0) } }
    @Sendable func configuration(_ arm: (hasStopGradient: Bool, factor: Float), _ seed: UInt64)
      -> TrainingConfiguration
    {
      var configuration = testbed.configuration(width: chosen.width, epochs: chosen.epochs, seed: seed)
      (configuration.dimension, configuration.hidden) = (32, 32)
      configuration.options[SimSiam.noStopGradient] = .flag(!arm.hasStopGradient)
      configuration.predictorBaseRate = arm.factor * configuration.baseRate
      // Both rates follow the cosine, so that only their ratio differs.
      configuration.constantPredictorRate = false
      return configuration
    }
    let measured = "measured every \(chosen.every) steps on \(chosen.probe)"
    @Sendable func key(_ arm: (hasStopGradient: Bool, factor: Float), _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, Row.title(arm.hasStopGradient, arm.factor), configuration(arm, seed), measured)
    }
    let trained = try conditions.keptSideBySide(arms, seeds, as: key) { arm, seed, progress in
      let title = Row.title(arm.hasStopGradient, arm.factor)
      return try SpeedCurves(configuration(arm, seed), testbed, chosen) {
        try progress("\(title), seed \(seed), step \($0)")
      }
    }
    let rows = zip(arms, trained.results).map { arm, curves in
      Row(hasStopGradient: arm.hasStopGradient, factor: Double(arm.factor), curves: curves)
    }
    let results = Results(rows: rows)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        The essay's picture is of a fast predictor and a slow encoder: the predictor soon fits, and with it dies the force \
        on the encoder, before the encoder has collapsed. Is the predictor the fast part, does the force die, and do the layers \
        nearer the input move slower?
        """,
      method: """
        SimSiam, \(extent.epochs) epochs at batch 64 on \(testbed.summary); an encoder of four convolutions of width \
        \(extent.width), heads of 32, predictor rates of \(extent.factors.map { significant(Double($0), 2) }.joined(separator: ", ")) \
        times the rest's, with and without stop-gradient. Every \(extent.every) steps: the relative change of each part's \
        weights in one step; on \(extent.probe) pictures the force |∂l/∂p| on the predictions, the forces on the projector's \
        outputs through the predictor and through the target, and the predictor's linear part, fitted by least squares.
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        A relative change compares parts whose scales mean different things: weights before a normalisation can grow \
        without changing anything. One small network.
        """,
      figures: [results.speedFigure, results.stateFigure, results.layerFigure], results: results,
      seconds: trained.seconds)
  }

  /// A way to train with its trainings.
  struct Row: Encodable, Sendable {
    /// Whether the target has a stop-gradient.
    let hasStopGradient: Bool
    /// The predictor's rate divided by the rate of the other parts.
    let factor: Double
    /// The training with each seed.
    let curves: [SpeedCurves]

    enum CodingKeys: String, CodingKey {
      case hasStopGradient, factor
      case curves = "courses"
    }

    /// As figures and reports name it.
    static func title(_ hasStopGradient: Bool, _ factor: Float) -> String {
      "\(hasStopGradient ? "stop-gradient" : "no stop-gradient"), predictor rate ×\(significant(Double(factor), 2))"
    }
    /// As figures and reports name it.
    var title: String { Self.title(hasStopGradient, Float(factor)) }
  }
}
