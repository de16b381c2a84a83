import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFigures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The essay's second open question: which is the better feature, F(x), F(x̄) or the mean of F over the views?
package struct FeaturesExperiment: Experiment {
  package static let name = "features"
  package static let summary =
    "The essay's second open question: k-NN of F(x), F(mean view) and the mean of F over views."
  package static let needsImages = true

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (500, 500), full: (4000, 1000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// The width of the encoder, the length of each training, the default number of seeds, and the views in a mean.
    var width, epochs, seeds, views: Int

    /// The quick form.
    static let quick = Extent(width: 8, epochs: 2, seeds: 3, views: 8)
    /// The full form.
    static let full = Extent(width: 16, epochs: 20, seeds: 5, views: 32)
  }

  /// What the encoder is applied to: the image x, the mean x̄ of its augmented views, or each view, with the mean of
  /// the features.
  enum Kind: String, CaseIterable, Sendable, Encodable {
    case image = "picture"
    case meanView, meanFeature

    /// As figures and reports name it.
    var title: String {
      switch self {
      case .image: "F(x)"
      case .meanView: "F(mean view)"
      case .meanFeature: "mean of F(T(x))"
      }
    }
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    let (width, epochs, views) = (extent.width, extent.epochs, extent.views)
    let arms = [nil] + methods.map { $0 as (any Method.Type)? }
    @Sendable func configuration(_ method: (any Method.Type)?, _ seed: UInt64) -> TrainingConfiguration {
      var configuration = testbed.configuration(width: width, epochs: epochs, seed: seed)
      if let method { configuration.use(method) }
      return configuration
    }
    @Sendable func key(_ method: (any Method.Type)?, _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, Row.title(method), configuration(method, seed), "\(views) views")
    }
    let found = try conditions.keptSideBySide(arms, seeds, as: key) { method, seed, progress in
      let what = "\(Row.title(method)), seed \(seed)"
      try progress(what)
      let configuration = configuration(method, seed)
      let encoder =
        method == nil
        ? try testbed.untrained(configuration)
        : try testbed.trained(configuration) { try progress("\(what), epoch \($0)") }
      try progress("\(what): features")
      return try answers(encoder, testbed, views: views, seed: seed)
    }
    let rows = zip(arms, found.results).map { method, answers in
      Row(
        title: Row.title(method), isTrained: method != nil,
        answers: Kind.allCases.indices.map { kind in answers.map { $0[kind] } })
    }
    let results = Results(rows: rows)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        The essay asks whether, after training on augmented pictures, F(x) or F(x̄) is the better feature, x̄ the mean of \
        the picture's augmentations. The third candidate is the mean of F over the augmentations.
        """,
      method: """
        Encoders of four convolutions of width \(extent.width), untrained and after \(extent.epochs) epochs of each method at \
        batch 64, on \(testbed.summary). Queries and bank have the same kind of feature, averaged over the last map; \
        \(extent.views) augmentations make a mean.
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        The normalisations' running statistics are those of views; a mean view is smoother than any of them. Means of \
        views cost as many passes as there are views.
        """,
      figures: [results.figure], results: results, seconds: found.seconds)
  }

  /// Which queries each kind of feature classifies correctly.
  private func answers(
    _ encoder: NetworkEncoder, _ testbed: Testbed, views: Int, seed: UInt64
  ) throws -> [Answers] {
    let bank = try features(encoder, testbed.bank, testbed, views, seed)
    let queries = try features(encoder, testbed.queries, testbed, views, seed &+ 1_000_003)
    return try zip(bank, queries).map { known, asked in
      try testbed.answers(queries: asked, bank: known)
    }
  }

  /// The features (N, D) of some images, for each kind.
  private func features(
    _ encoder: NetworkEncoder, _ images: ImageSubset, _ testbed: Testbed, _ views: Int, _ seed: UInt64
  ) throws -> [[Float]] {
    let loader = ViewLoader(
      images.store, recipe: testbed.recipe, size: testbed.size, batch: 64, seed: seed)
    var parameters = encoder.parameters
    func averages(_ x: Tensor) -> [Float] {
      averagePooled(encoder.encoder.map(x, &parameters, .evaluation), to: 1).values
    }
    var (plain, meanView, meanFeature): ([Float], [Float], [Float]) = ([], [], [])
    for start in stride(from: 0, to: images.count, by: 64) {
      let some = Array(images.indices[start..<min(start + 64, images.count)])
      plain += averages(
        try ViewLoader.images(
          some, of: images.store, normalization: testbed.recipe.normalization, size: testbed.size))
      let batch = try loader.batch(of: some, epoch: 0, ViewRequest(views: views))
      var image = [Float](repeating: 0, count: batch.views[0].count)
      var feature = [Float](repeating: 0, count: some.count * encoder.dimension)
      for view in batch.views {
        add(view.values, to: &image)
        add(averages(view), to: &feature)
      }
      let share = 1 / Float(views)
      meanView += averages(Tensor(batch.views[0].shape, image.map { $0 * share }))
      meanFeature += feature.map { $0 * share }
    }
    return [plain, meanView, meanFeature]
  }

  /// A method with its accuracies.
  struct Row: Encodable, Sendable {
    /// The method's title, or "untrained".
    let title: String
    /// Whether it is a method's.
    let isTrained: Bool
    /// By kind, then by seed.
    let answers: [[Answers]]

    /// The title of a method's row; nil is the untrained encoder.
    static func title(_ method: (any Method.Type)?) -> String { method?.title ?? "untrained" }

    private func of(_ kind: Kind) -> [Answers] {
      Kind.allCases.firstIndex(of: kind).map { answers[$0] } ?? []
    }

    /// The accuracy with a kind of feature, 0...1.
    func accuracy(_ kind: Kind) -> Estimate { Estimate(of(kind).map(\.proportion.value), in: .within(0...1)) }

    /// Kind a less kind b.
    func difference(_ a: Kind, _ b: Kind) -> PairedAccuracy { PairedAccuracy(of(a), minus: of(b)) }
  }

  /// All methods, and what they say.
  struct Results: Encodable, Sendable {
    /// The untrained encoder, then one for each method.
    let rows: [Row]

    /// The three comparisons of kinds.
    var findings: [Finding] {
      func finding(_ a: Kind, _ b: Kind, _ prediction: String) -> Finding {
        let text = rows.map { "\($0.title) \($0.difference(a, b).text)" }.joined(separator: ", ")
        let verdicts = rows.filter(\.isTrained).map { Claim.above(0).verdict(on: $0.difference(a, b)) }
        return Finding(prediction, "The difference in points: \(text).", .all(verdicts))
      }
      return [
        finding(.meanView, .image, "F(x̄) makes the better feature than F(x), for every trained method"),
        finding(
          .meanFeature, .image, "the mean of F over the views is better than F(x), for every trained method"
        ),
        finding(
          .meanFeature, .meanView,
          "the mean of F over the views is better than F(x̄), for every trained method"),
      ]
    }

    /// The accuracies in %, and differences in points with intervals over seeds and queries.
    var table: ReportTable {
      var table = ReportTable(
        "k-NN in %, with intervals of 95 % over seeds, and differences in points, over seeds and queries",
        ["training"] + Kind.allCases.map(\.title) + ["F(mean view) less F(x)", "mean of F(T(x)) less F(x)"])
      for row in rows {
        table.append(
          [row.title] + Kind.allCases.map { row.accuracy($0).text(places: 1, times: 100) }
            + [row.difference(.meanView, .image).text, row.difference(.meanFeature, .image).text])
      }
      return table
    }

    /// The accuracies of all rows and kinds.
    var figure: Figure {
      let series = Kind.allCases.enumerated().map { index, kind in
        Figure.Series(
          kind.title, .points,
          rows.enumerated().map { line, row in
            let estimate = row.accuracy(kind)
            return .init(
              100 * estimate.mean, Double(line) + 0.22 * Double(index - 1), low: 100 * estimate.low,
              high: 100 * estimate.high)
          }, uncertainty: .horizontal)
      }
      var figure = Figure(
        "features", title: "What makes the better feature", columns: 1,
        panels: [
          Figure.Panel(
            "", x: .percent("k-NN accuracy in %"), y: .init("", .names(rows.map(\.title))), series: series)
        ])
      (figure.panelWidth, figure.panelHeight) = (700, 110 + 44 * Double(rows.count))
      return figure
    }
  }
}

/// sums += values, element by element.
private func add(_ values: [Float], to sums: inout [Float]) {
  for index in sums.indices { sums[index] += values[index] }
}
