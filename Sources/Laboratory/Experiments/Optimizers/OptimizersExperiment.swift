import SiamFeatures
import SiamFigures
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// Whether it is gradient-based optimisation, no stronger and no weaker, that keeps SimSiam from collapse, as the essay says.
package struct OptimizersExperiment: Experiment {
  package static let name = "optimizers"
  package static let summary =
    "SimSiam by SGD at several rates, Adam, a predictor fitted at each step, and turns over targets and network."
  package static let needsImages = true

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (500, 300), full: (4000, 1000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// The width of the encoder, the length of each training, and the default number of seeds.
    var width, epochs, seeds: Int

    /// The quick form.
    static let quick = Extent(width: 8, epochs: 2, seeds: 3)
    /// The full form.
    static let full = Extent(width: 16, epochs: 20, seeds: 5)
  }

  /// A way to optimise.
  struct Arm: Sendable {
    let name, title: String
    /// Whether it follows gradients in small steps, and so should not collapse by the essay.
    let isGradientBased: Bool
    /// What differs from the base method's training by SGD.
    var change: @Sendable (inout TrainingConfiguration) -> Void = { _ in }
    /// Another loop; nil for SGD.
    var descent: Descent?

    /// SGD first, which the others are compared with.
    static let all: [Arm] = [
      Arm(name: "sgd", title: "SGD", isGradientBased: true),
      Arm(name: "sgd-slow", title: "SGD, rate × 0.1", isGradientBased: true) { $0.baseRate *= 0.1 },
      Arm(name: "sgd-fast", title: "SGD, rate × 5", isGradientBased: true) { $0.baseRate *= 5 },
      Arm(name: "sgd-plain", title: "SGD without momentum, rate × 10", isGradientBased: true) {
        // Momentum of 0.9 multiplies steps by 10 in the long run.
        ($0.momentum, $0.baseRate) = (0, 10 * $0.baseRate)
      },
      Arm(name: "adam", title: "Adam, 0.001", isGradientBased: true, descent: .adam(rate: 1e-3)),
      Arm(
        name: "predictor-10", title: "predictor fitted for 10 steps at each", isGradientBased: true,
        descent: .fittedPredictor(steps: 10)),
      Arm(
        name: "turns", title: "turns: targets of 8 views, 5 epochs", isGradientBased: false,
        descent: .alternation(views: 8, epochs: 5)),
    ]

    func configuration(_ testbed: Testbed, _ extent: Extent, _ seed: UInt64) -> TrainingConfiguration {
      var configuration = testbed.configuration(width: extent.width, epochs: extent.epochs, seed: seed)
      change(&configuration)
      return configuration
    }
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    let chosen = extent
    @Sendable func key(_ arm: Arm, _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, arm.name, arm.configuration(testbed, chosen, seed))
    }
    let trained = try conditions.keptSideBySide(Arm.all, seeds, as: key) { arm, seed, progress in
      let configuration = arm.configuration(testbed, chosen, seed)
      func say(_ epoch: Int) throws { try progress("\(arm.title), seed \(seed), epoch \(epoch)") }
      guard let descent = arm.descent else {
        return try TrainingCurves(configuration, testbed, progress: say)
      }
      return try TrainingCurves(configuration, descent, testbed, progress: say)
    }
    let results = Results(
      epochs: extent.epochs, rows: zip(Arm.all, trained.results).map { Row($0, curves: $1) })
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        The essay says that SimSiam's loss has degenerate solutions, and that it is gradient-based optimisation, neither a \
        stronger optimiser nor a weaker one, that does not find them. Does it matter which gradient-based optimiser, and what \
        does one find that minimises over targets and network by turns?
        """,
      method: """
        \(extent.epochs) epochs at batch 64 on \(testbed.summary); an encoder of four convolutions of width \(extent.width), \
        heads of 128. By turns: η_x is the mean of the outputs of 8 views, the network without predictor follows it for 5 epochs \
        and then makes new ones. A collapse is less than \(significant(100 * Bound.rank)) % of the rank by SGD with the same seed, \
        or less than \(significant(100 * Bound.size)) % of the spread or the first size. The exact minimum by turns is in \
        the experiment on the constraint.
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        One small network. An optimiser that reaches the minimum of L(θ, η) exists here only for a linear encoder; five epochs \
        of gradients toward fixed targets are a step in its direction.
        """,
      figures: [results.figure], results: results, seconds: trained.seconds)
  }

  /// An arm with its trainings.
  struct Row: Encodable, Sendable {
    let name, title: String
    let isGradientBased: Bool
    /// Its training with each seed.
    let curves: [TrainingCurves]

    init(_ arm: Arm, curves: [TrainingCurves]) {
      (name, title, isGradientBased, self.curves) = (arm.name, arm.title, arm.isGradientBased, curves)
    }
  }
}
