import Glibc
import SiamFeatures
import SiamFigures
import SiamFiles
import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// The essay's first open question: does training ‖F(T(x)) − F(x̄)‖², x̄ the mean of an image's views, avoid collapse?
package struct MeanViewExperiment: Experiment {
  package static let name = "mean-view"
  package static let summary =
    "The essay's first open question: targets from mean views, linear theory and a CNN."
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
    /// The number of augmented views in a mean view.
    var meanOf = 8

    /// The quick form.
    static let quick = Extent(width: 8, epochs: 2, seeds: 3)
    /// The full form.
    static let full = Extent(width: 16, epochs: 20, seeds: 5)
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    try conditions.progress("linear encoder")
    let linear = LinearMeanView.Rule.allCases.map { LinearResult($0, seeds: seeds) }
    let (width, epochs, meanOf) = (extent.width, extent.epochs, extent.meanOf)
    @Sendable func configuration(_ variant: Variant, _ seed: UInt64) -> TrainingConfiguration {
      var configuration = testbed.configuration(width: width, epochs: epochs, seed: seed)
      variant.change(&configuration)
      if configuration.method == MeanView.name {
        configuration.options[MeanView.meanOf] = .number(Double(meanOf))
      }
      return configuration
    }
    @Sendable func key(_ variant: Variant, _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, variant.name, configuration(variant, seed))
    }
    let trained = try conditions.keptSideBySide(Variant.all, seeds, as: key) { variant, seed, progress in
      try TrainingCurves(configuration(variant, seed), testbed) {
        try progress("\(variant.title), seed \(seed), epoch \($0)")
      }
    }
    let rows = zip(Variant.all, trained.results).map { variant, curves in
      Row(name: variant.name, title: variant.title, isMeanView: variant.isMeanView, curves: curves)
    }
    let results = Results(epochs: extent.epochs, linear: linear, rows: rows)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        The essay asks whether ‖F(T(x)) − F(x̄)‖², with x̄ the mean of a picture's augmentations, would avoid collapse \
        without predictor. Does it: not at all, in part (few directions left), or altogether?
        """,
      method: """
        A linear encoder (8 x 8) on normal pictures whose first four coordinates an augmentation moves with variances \
        0.25, 0.5, 1 and 2, by stochastic descent against W₀ exp(−2Σt). Then, \(extent.epochs) epochs at batch 64 on \
        \(testbed.summary): an encoder of four convolutions of width \(extent.width), mean views of \(extent.meanOf) augmentations, \
        with and without stop-gradient and BN on the output, as they are and scaled to length 1, beside SimSiam. A collapse is \
        less than \(significant(100 * Bound.rank)) % of SimSiam's rank with the same seed (dimensional), or less than \
        \(significant(100 * Bound.size)) % of the spread or of the first size (total).
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        The mean of augmented pictures is a blurred picture that the encoder meets nowhere else. Output BN keeps every \
        coordinate's variance at 1 whatever happens; only the rank can show a collapse behind it.
        """,
      figures: [results.linearFigure, results.courseFigure], results: results,
      seconds: trained.seconds)
  }

  /// A way to train.
  struct Variant: Sendable {
    let name, title: String
    /// Whether its targets are features of mean views.
    let isMeanView: Bool
    /// Makes it of the default training.
    let change: @Sendable (inout TrainingConfiguration) -> Void

    /// SimSiam, and mean views with and without stop-gradient and output BN, compared as they are or at length 1.
    static let all: [Variant] = [
      Variant(name: "simsiam", title: "SimSiam", isMeanView: false) { _ in },
      meanView("mean-view", "mean view", stops: false),
      meanView("stop-gradient", "mean view, stop-gradient", stops: true),
      meanView("no-output-bn", "mean view, no output BN", stops: false) { $0.headNormalization = .hidden },
      meanView("stop-gradient-no-output-bn", "mean view, stop-gradient, no output BN", stops: true) {
        $0.headNormalization = .hidden
      },
      meanView("affine-bn", "mean view, output BN with scale", stops: false) {
        $0.options[SimSiam.affineOutput] = .flag(true)
      },
      meanView("normalized", "mean view, length 1", stops: false) {
        $0.options[MeanView.normalized] = .flag(true)
      },
      meanView("normalized-no-output-bn", "mean view, length 1, no output BN", stops: false) {
        $0.options[MeanView.normalized] = .flag(true)
        $0.headNormalization = .hidden
      },
      meanView(
        "stop-gradient-normalized-no-output-bn", "mean view, length 1, stop-gradient, no output BN",
        stops: true
      ) {
        $0.options[MeanView.normalized] = .flag(true)
        $0.headNormalization = .hidden
      },
    ]

    private static func meanView(
      _ name: String, _ title: String, stops: Bool,
      _ change: @escaping @Sendable (inout TrainingConfiguration) -> Void = { _ in }
    ) -> Variant {
      Variant(name: name, title: title, isMeanView: true) {
        $0.method = MeanView.name
        $0.options[SimSiam.noStopGradient] = .flag(!stops)
        change(&$0)
      }
    }
  }

  /// A variant with its trainings.
  struct Row: Encodable, Sendable {
    let name, title: String
    /// Whether its targets are features of mean views.
    let isMeanView: Bool
    /// Its training with each seed.
    let curves: [TrainingCurves]

    enum CodingKeys: String, CodingKey {
      case name, title, isMeanView
      case curves = "traces"
    }
  }

  /// The linear encoder trained by one rule.
  struct LinearResult: Encodable, Sendable {
    /// The loss.
    let rule: LinearMeanView.Rule
    /// Steps times rate.
    let times: [Double]
    /// For each coordinate, by time: the length of W's column divided by its first length, the mean over the seeds.
    let lengths: [[Double]]
    /// The decay rate of each coordinate that an augmentation moves, divided by the theory's.
    let rates: [Estimate]
    /// The largest relative change of a column whose coordinate no augmentation moves.
    let untouched: Double

    /// The variance of δ along each coordinate.
    static let variances = [0.25, 0.5, 1, 2, 0, 0, 0, 0]

    init(_ rule: LinearMeanView.Rule, seeds: [UInt64]) {
      let (rate, steps, every) = (0.001, 400, 20)
      let runs = parallelMap(seeds.count) { index -> [[Double]] in
        var generator = CounterGenerator(seeds[index], 0x6C69_6E65)
        var encoder = LinearMeanView(outputs: 8, variances: Self.variances, using: &generator)
        let first = encoder.lengths
        var path = [[Double](repeating: 1, count: first.count)]
        for step in 1...steps {
          encoder.descend(rule, batch: 256, rate: rate, using: &generator)
          if step % every == 0 { path.append(zip(encoder.lengths, first).map { $0 / $1 }) }
        }
        return path
      }
      self.rule = rule
      let times = (0...steps / every).map { Double($0 * every) * rate }
      self.times = times
      lengths = Self.variances.indices.map { coordinate in
        times.indices.map { time in runs.reduce(0) { $0 + $1[time][coordinate] } / Double(runs.count) }
      }
      let end = rate * Double(steps)
      rates = Self.variances.enumerated().filter { $0.element > 0 }.map { coordinate, variance in
        Estimate(runs.map { -log(($0.last ?? [])[coordinate]) / (rule.rate * variance * end) })
      }
      untouched =
        runs.flatMap { run in (4..<8).map { abs((run.last ?? [])[$0] - 1) } }.max() ?? .nan
    }
  }
}
