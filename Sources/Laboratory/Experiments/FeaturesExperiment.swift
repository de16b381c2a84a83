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
    let images = try conditions.requiredImages(for: Self.self)
    let testbed = try Testbed(images, atMost: conditions.isQuick ? (500, 500) : (4000, 1000))
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
    let accuracies = try conditions.sideBySide(arms, seeds) { method, seed, progress in
      let what = "\(Row.title(method)), seed \(seed)"
      var configuration = testbed.configuration(width: width, epochs: epochs, seed: seed)
      try progress(what)
      let encoder: NetworkEncoder
      if let method {
        configuration.use(method)
        encoder = try testbed.trained(configuration) { try progress("\(what), epoch \($0)") }
      } else {
        encoder = try testbed.untrained(configuration)
      }
      try progress("\(what): features")
      return try accuracy(encoder, testbed, views: views, seed: seed)
    }
    let rows = zip(arms, accuracies).map { method, accuracies in
      Row(
        title: Row.title(method),
        accuracies: Kind.allCases.indices.map { kind in accuracies.map { $0[kind] } })
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
      findings: results.findings,
      limits: """
        The normalisations' running statistics are those of views; a mean view is smoother than any of them. Means of \
        views cost as many passes as there are views.
        """,
      figures: [results.figure], results: results)
  }

  /// The k-NN accuracy of each kind of feature, 0...1.
  private func accuracy(
    _ encoder: NetworkEncoder, _ testbed: Testbed, views: Int, seed: UInt64
  ) throws -> [Double] {
    let bank = try features(encoder, testbed.bank, testbed, views, seed)
    let queries = try features(encoder, testbed.queries, testbed, views, seed &+ 1_000_003)
    return try zip(bank, queries).map { known, asked in
      let score = try classify(
        testbed.queries.table(asked), by: testbed.bank.table(known), votes: [Testbed.vote])
      return score[0].accuracy.value
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
    /// By kind, then by seed.
    let accuracies: [[Double]]

    /// The title of a method's row; nil is the untrained encoder.
    static func title(_ method: (any Method.Type)?) -> String { method?.title ?? "untrained" }

    /// Kind a minus kind b in percentage points, by seed.
    func difference(_ a: Kind, _ b: Kind) -> Estimate {
      guard let i = Kind.allCases.firstIndex(of: a), let j = Kind.allCases.firstIndex(of: b) else {
        preconditionFailure("no such kind")
      }
      return Estimate(zip(accuracies[i], accuracies[j]).map { 100 * ($0 - $1) })
    }
  }

  /// All methods, and what they say.
  struct Results: Encodable, Sendable {
    /// The untrained encoder, then one for each method.
    let rows: [Row]

    /// The three comparisons of kinds.
    var findings: [Finding] {
      func finding(_ a: Kind, _ b: Kind, _ prediction: String) -> Finding {
        let differences = rows.map { ($0.title, $0.difference(a, b)) }
        let text = differences.map { "\($0.0) \($0.1.text(places: 1))" }.joined(separator: ", ")
        let trained = differences.filter { $0.0 != "untrained" }.map(\.1)
        let verdict: Finding.Verdict =
          trained.allSatisfy { $0.isAbove(0) }
          ? .held : trained.allSatisfy { $0.isBelow(0) } ? .failed : .unclear
        return Finding(prediction, "The difference in points: \(text).", verdict)
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

    /// The accuracies of all rows and kinds.
    var figure: Figure {
      let series = Kind.allCases.enumerated().map { index, kind in
        Figure.Series(
          kind.title, .points,
          rows.enumerated().map { line, row in
            let estimate = Estimate(row.accuracies[index].map { 100 * $0 })
            return .init(
              estimate.mean, Double(line) + 0.22 * Double(index - 1), low: estimate.low, high: estimate.high)
          }, uncertainty: .horizontal)
      }
      var figure = Figure(
        "features", title: "What makes the better feature", columns: 1,
        panels: [
          Figure.Panel(
            "", x: .init("k-NN accuracy in %"), y: .init("", .names(rows.map(\.title))), series: series)
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
