import SiamAugmentations
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// How good features are without training: raw pixels and random encoders, beside a trained one.
package struct PriorExperiment: Experiment {
  package static let name = "prior"
  package static let summary =
    "Raw pixels, untrained encoders of many kinds and a trained one, by k-NN on one axis."
  package static let needsImages = true

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (1500, 500), full: (10_000, 5000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// The widths of the encoders that differ in width.
    var widths: [Int]
    /// The width of all other encoders.
    var width: Int
    /// The length of the training.
    var epochs: Int
    /// The default number of seeds of each form.
    var seeds: (quick: Int, full: Int) = (3, 10)

    /// The quick form.
    static let quick = Extent(widths: [4, 8, 16, 32], width: 16, epochs: 2)
    /// The full form.
    static let full = Extent(widths: [4, 8, 16, 32, 64], width: 16, epochs: 20)
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: extent.seeds.quick, full: extent.seeds.full)
    let raw = try testbed.rawAnswers()
    let (kinds, width, epochs) = (Self.kinds(testbed, extent), extent.width, extent.epochs)
    @Sendable func configuration(_ kind: Kind, _ seed: UInt64) -> TrainingConfiguration {
      var configuration = testbed.configuration(width: width, epochs: epochs, seed: seed)
      (configuration.encoder, configuration.initializer) = (kind.encoder, kind.initializer)
      return configuration
    }
    @Sendable func key(_ kind: Kind, _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, kind.name, configuration(kind, seed))
    }
    let found = try conditions.keptSideBySide(kinds, seeds, as: key) { kind, seed, progress in
      try progress("\(kind.name), seed \(seed)")
      return try answers(kind, configuration(kind, seed), testbed, progress)
    }
    let rows = zip(kinds, found.results).map { kind, answers in
      Row(
        name: kind.name, initializer: kind.initializer.rawValue, normalizes: kind.encoder.normalizes,
        preset: kind.encoder.preset.rawValue, width: kind.encoder.width, isTrained: kind.isTrained,
        answers: Self.readOuts.indices.map { readOut in answers.map { $0[readOut] } })
    }
    let results = Results(
      raw: raw, chance: testbed.chance, epochs: extent.epochs, rows: rows)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        Is a random convolutional network already a fair encoder, and for the three reasons that the essay gives: \
        pictures are continuous, the architecture suits them, and random weights are nearly orthogonal?
        """,
      method: """
        Of \(testbed.summary): raw pixels; encoders untrained, their normalisations measured on the training \
        pictures; and SimSiam after \(extent.epochs) epochs. Each encoder is read out as the average over its last map and as \
        that map in 2x2 and 4x4 cells. Intervals of encoders are over seeds, of raw pixels over the queries, of differences over both.
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        One way to search, k-NN, which favours features whose distances mean something as they are. Small centred \
        pictures such as Fashion-MNIST's are kind to raw pixels.
        """,
      figures: [results.figure], results: results, seconds: found.seconds)
  }

  /// How each encoder's last map becomes features.
  static let readOuts: [ReadOut] = [.average, .map(side: 2), .map(side: 4)]

  private func answers(
    _ kind: Kind, _ configuration: TrainingConfiguration, _ testbed: Testbed,
    _ progress: (String) throws -> Void
  ) throws -> [Answers] {
    let encoder =
      kind.isTrained
      ? try testbed.trained(configuration) {
        try progress("\(kind.name), seed \(configuration.seed), epoch \($0)")
      } : try testbed.untrained(configuration)
    return try testbed.answers(of: encoder, Self.readOuts)
  }

  /// An encoder to measure.
  struct Kind: Sendable {
    let name: String
    /// Its architecture.
    let encoder: EncoderConfiguration
    /// The initialiser of its weights.
    var initializer = Initializer.he
    /// Whether it is trained before it is measured.
    var isTrained = false
  }

  /// Every initialiser with and without BN, other widths, a deeper encoder, and a trained one.
  static func kinds(_ testbed: Testbed, _ extent: Extent) -> [Kind] {
    let width = extent.width
    var kinds: [Kind] = []
    for initializer in Initializer.allCases {
      for normalizes in [true, false] {
        kinds.append(
          Kind(
            name: "\(initializer.title), \(normalizes ? "BN" : "no BN")",
            encoder: testbed.encoder(width: width, normalizes: normalizes), initializer: initializer))
      }
    }
    for other in extent.widths where other != width {
      kinds.append(Kind(name: "He, BN, width \(other)", encoder: testbed.encoder(width: other)))
    }
    kinds.append(
      Kind(name: "He, BN, 17 convolutions", encoder: testbed.encoder(width: width, preset: .small)))
    kinds.append(
      Kind(
        name: "trained \(extent.epochs) epochs", encoder: testbed.encoder(width: width),
        initializer: .uniform,
        isTrained: true))
    return kinds
  }

  /// An encoder with its accuracies.
  struct Row: Encodable, Sendable {
    let name, initializer: String
    /// Whether it has BN.
    let normalizes: Bool
    /// Its architecture.
    let preset: String
    /// The channels of its first convolution.
    let width: Int
    /// Whether it was trained.
    let isTrained: Bool
    /// By read-out, then by seed.
    let answers: [[Answers]]

    /// By read-out, then by seed, 0...1.
    var accuracies: [[Double]] { answers.map { $0.map(\.proportion.value) } }

    /// The accuracy over the seeds, by the index of a read-out.
    func estimate(_ readOut: Int) -> Estimate { Estimate(accuracies[readOut], in: .within(0...1)) }
  }
}

extension Initializer {
  fileprivate var title: String {
    switch self {
    case .he: "He"
    default: rawValue
    }
  }
}
