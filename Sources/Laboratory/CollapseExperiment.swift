import Features
import NeuralNetworks
import SelfSupervised

/// Which parts of SimSiam keep it from collapse: each ablation, BYOL and SimCLR, epoch by epoch.
public struct CollapseExperiment: Experiment {
  public static let name = "collapse"
  public static let summary = "SimSiam, its ablations, BYOL and SimCLR: loss, spread, rank and k-NN by epoch."
  public static let needsPictures = true

  public init() {}

  public func run(_ conditions: Conditions) throws -> Report {
    let pictures = try conditions.requiredPictures(for: Self.self)
    let setting = try Setting(pictures, atMost: conditions.isQuick ? (500, 300) : (4000, 1000))
    return try run(conditions, setting, extent: conditions.isQuick ? .quick : .full)
  }

  /// How much of it to do.
  struct Extent: Sendable {
    var width, epochs: Int
    var seeds = 5
    var variants = Variant.all

    static let quick = Extent(width: 8, epochs: 2, seeds: 3)
    static let full = Extent(width: 16, epochs: 20)
  }

  func run(_ conditions: Conditions, _ setting: Setting, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    var rows: [Row] = []
    for variant in extent.variants {
      var traces: [TrainingTrace] = []
      for seed in seeds {
        var configuration = setting.configuration(width: extent.width, epochs: extent.epochs, seed: seed)
        variant.change(&configuration)
        traces.append(
          try TrainingTrace(configuration, setting) {
            try conditions.progress("\(variant.title), seed \(seed), epoch \($0)")
          })
      }
      rows.append(Row(variant, traces))
    }
    let results = Results(chance: setting.chance, epochs: extent.epochs, rows: rows)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: "Which parts of SimSiam keep its features from collapse, and how does a collapse show?",
      method: """
        \(extent.epochs) epochs at batch 64 on \(setting.summary); an encoder of four convolutions of width \
        \(extent.width), heads of 128. Spread and rank are of the projector's outputs in the epoch's last batch; the \
        rank of the features is of the queries'; k-NN is of average features.
        """,
      findings: results.findings,
      limits: """
        Small networks, a few epochs, pictures of 32 pixels; the paper's numbers beside ours are linear probes of ResNet-50 \
        after 100 epochs of ImageNet. Only the order of the rows can be compared.
        """,
      figures: [results.courseFigure, results.endFigure], results: results)
  }

  /// One way to train.
  struct Variant: Sendable {
    let name, title: String
    /// Chen and He's linear accuracy on ImageNet after 100 epochs in %, where they have the row.
    let published: Double?
    /// Whether it is to collapse.
    let expectation: Expectation
    let change: @Sendable (inout TrainingConfiguration) -> Void

    enum Expectation: String, Sendable, Encodable { case learns, collapses, stalls, worse, open }

    static let all: [Variant] = [
      // The predictor keeps its rate here; published with and without, 68.1 and 67.7.
      Variant(name: "simsiam", title: "SimSiam", published: 68.1, expectation: .learns) { _ in },
      Variant(name: "no-stop-gradient", title: "no stop-gradient", published: 0.1, expectation: .collapses) {
        $0.options[SimSiam.noStopGradient] = .flag(true)
      },
      Variant(name: "no-predictor", title: "no predictor", published: 0.1, expectation: .collapses) {
        $0.options[SimSiam.noPredictor] = .flag(true)
      },
      Variant(
        name: "only-target-gradient", title: "target's gradient alone", published: nil,
        expectation: .collapses
      ) {
        $0.options[SimSiam.onlyTargetGradient] = .flag(true)
      },
      Variant(name: "fixed-predictor", title: "fixed random predictor", published: 1.5, expectation: .stalls)
      {
        $0.predictorBaseRate = 0
      },
      Variant(
        name: "predictor-decays", title: "predictor's rate decays", published: 67.7, expectation: .learns
      ) {
        $0.constantPredictorRate = false
      },
      Variant(name: "no-bn", title: "heads without BN", published: 34.6, expectation: .worse) {
        $0.headNormalization = .none
      },
      Variant(name: "hidden-bn", title: "BN in hidden layers only", published: 67.4, expectation: .open) {
        $0.headNormalization = .hidden
      },
      Variant(name: "byol", title: "BYOL", published: nil, expectation: .learns) { $0.method = BYOL.name },
      Variant(name: "simclr", title: "SimCLR", published: nil, expectation: .learns) {
        $0.method = SimCLR.name
      },
    ]
  }

  struct Row: Encodable, Sendable {
    let name, title: String
    let published: Double?
    let expectation: Variant.Expectation
    let traces: [TrainingTrace]

    init(_ variant: Variant, _ traces: [TrainingTrace]) {
      (name, title, published) = (variant.name, variant.title, variant.published)
      (expectation, self.traces) = (variant.expectation, traces)
    }

    /// An estimate of some number at the end.
    func end(_ value: (TrainingTrace) -> [Double]) -> Estimate {
      Estimate(traces.map { value($0).last ?? .nan })
    }
  }
}
