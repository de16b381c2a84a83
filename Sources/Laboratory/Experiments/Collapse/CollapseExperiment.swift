import SiamFeatures
import SiamFigures
import SiamMethods
import SiamNeuralNetworks

/// Which parts of SimSiam keep it from collapse: each ablation, and all other methods, epoch by epoch.
package struct CollapseExperiment: Experiment {
  package static let name = "collapse"
  package static let summary =
    "SimSiam, its ablations and the other methods: loss, spread, rank and k-NN by epoch."
  package static let needsImages = true

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (500, 300), full: (4000, 1000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// A way to train.
  typealias Variant = MethodVariant

  /// What the methods contribute: the base method taken apart, and its relatives.
  static let variants = methods.flatMap { $0.variants }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// The width of the encoder, and the length of each training.
    var width, epochs: Int
    /// The default number of seeds.
    var seeds = 5
    /// The ways to train.
    var variants = CollapseExperiment.variants

    /// The quick form.
    static let quick = Extent(width: 8, epochs: 2, seeds: 3)
    /// The full form.
    static let full = Extent(width: 16, epochs: 20)
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    let (width, epochs) = (extent.width, extent.epochs)
    @Sendable func configuration(_ variant: Variant, _ seed: UInt64) -> TrainingConfiguration {
      var configuration = testbed.configuration(width: width, epochs: epochs, seed: seed)
      variant.change(&configuration)
      return configuration
    }
    @Sendable func key(_ variant: Variant, _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, variant.name, configuration(variant, seed))
    }
    let trained = try conditions.keptSideBySide(extent.variants, seeds, as: key) { variant, seed, progress in
      try TrainingCurves(configuration(variant, seed), testbed) {
        try progress("\(variant.title), seed \(seed), epoch \($0)")
      }
    }
    let rows = zip(extent.variants, trained.results).map { Row($0, $1) }
    let results = Results(chance: testbed.chance, epochs: extent.epochs, rows: rows)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: "Which parts of SimSiam keep its features from collapse, and how does a collapse show?",
      method: """
        \(extent.epochs) epochs at batch 64 on \(testbed.summary); an encoder of four convolutions of width \
        \(extent.width), heads of 128. Spread and rank are of the projector's outputs in the epoch's last batch; the \
        rank of the features is of the queries'; k-NN is of average features. A collapse is less than \
        \(significant(100 * Bound.rank)) % of SimSiam's rank with the same seed, or less than \(significant(100 * Bound.size)) \
        % of the spread or of the first size. Verdicts are corrected by Holm's method for all predictions together.
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        Small networks, a few epochs, pictures of 32 pixels; the paper's numbers beside ours are linear probes of ResNet-50 \
        after 100 epochs of ImageNet. Only the order of the rows can be compared.
        """,
      figures: results.courseFigures + [results.endFigure], results: results,
      seconds: trained.seconds)
  }

  /// A variant with its trainings.
  struct Row: Encodable, Sendable {
    let name, title: String
    /// The published accuracy in %; see `MethodVariant`.
    let published: Double?
    /// What was predicted of it.
    let expectation: Variant.Expectation
    /// The figure that it is drawn in.
    let group: Variant.Group
    /// Its training with each seed.
    let curves: [TrainingCurves]

    init(_ variant: Variant, _ curves: [TrainingCurves]) {
      (name, title, published) = (variant.name, variant.title, variant.published)
      (expectation, group, self.curves) = (variant.expectation, variant.group, curves)
    }

    enum CodingKeys: String, CodingKey {
      case name, title, published, expectation, group
      case curves = "traces"
    }
  }
}
