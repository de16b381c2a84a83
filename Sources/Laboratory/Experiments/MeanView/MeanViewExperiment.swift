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
    let images = try conditions.requiredImages(for: Self.self)
    let testbed = try Testbed(images, atMost: conditions.isQuick ? (500, 300) : (4000, 1000))
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
    let curves = try conditions.sideBySide(Variant.all, seeds) { variant, seed, progress in
      var configuration = testbed.configuration(width: width, epochs: epochs, seed: seed)
      variant.change(&configuration)
      if configuration.method == MeanView.name {
        configuration.options[MeanView.meanOf] = .number(Double(meanOf))
      }
      return try TrainingCurves(configuration, testbed) {
        try progress("\(variant.title), seed \(seed), epoch \($0)")
      }
    }
    let rows = zip(Variant.all, curves).map { variant, curves in
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
        with and without stop-gradient and BN on the output, beside SimSiam.
        """,
      findings: results.findings,
      limits: """
        The mean of augmented pictures is a blurred picture that the encoder meets nowhere else. Output BN keeps every \
        coordinate's variance at 1 whatever happens; only the rank can show a collapse behind it.
        """,
      figures: [results.linearFigure, results.courseFigure], results: results)
  }

  /// A way to train.
  struct Variant: Sendable {
    let name, title: String
    /// Whether its targets are features of mean views.
    let isMeanView: Bool
    /// Makes it of the default training.
    let change: @Sendable (inout TrainingConfiguration) -> Void

    /// SimSiam, and mean views with and without stop-gradient and output BN.
    static let all: [Variant] = [
      Variant(name: "simsiam", title: "SimSiam", isMeanView: false) { _ in },
      Variant(name: "mean-view", title: "mean view", isMeanView: true) {
        $0.method = MeanView.name
        $0.options[SimSiam.noStopGradient] = .flag(true)
      },
      Variant(name: "stop-gradient", title: "with stop-gradient", isMeanView: true) {
        $0.method = MeanView.name
      },
      Variant(name: "no-output-bn", title: "without output BN", isMeanView: true) {
        $0.method = MeanView.name
        $0.options[SimSiam.noStopGradient] = .flag(true)
        $0.headNormalization = .hidden
      },
      Variant(name: "stop-gradient-no-output-bn", title: "stop-gradient, without output BN", isMeanView: true)
      {
        $0.method = MeanView.name
        $0.headNormalization = .hidden
      },
    ]
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

  /// The linear encoder and the CNN, and what they say.
  struct Results: Encodable, Sendable {
    /// The length of each training.
    let epochs: Int
    /// One for each rule.
    let linear: [LinearResult]
    /// One for each variant.
    let rows: [Row]

    private func row(_ name: String) -> Row? { rows.first { $0.name == name } }

    /// Two predictions of the linear encoder, and one for each variant with mean views.
    var findings: [Finding] {
      let rates = linear.flatMap(\.rates).map(\.mean)
      let untouched = linear.map(\.untouched).max() ?? .nan
      let base = row("simsiam")
      let linearFindings = [
        Finding(
          "a linear encoder loses coordinate i as exp(−2σᵢ²t), with or without stop-gradient, by two views as exp(−4σᵢ²t)",
          """
          The measured rates are \(decimal(rates.min() ?? .nan, places: 2)) to \(decimal(rates.max() ?? .nan, places: 2)) \
          times those.
          """, holds: rates.allSatisfy { (0.9...1.1).contains($0) }),
        Finding(
          "it keeps the coordinates that no augmentation moves: the collapse is dimensional, not total",
          "They change by at most \(significant(100 * untouched, 2)) % (sampling only).",
          holds: untouched < 0.1),
      ]
      return linearFindings
        + rows.filter(\.isMeanView).map { row in
          let (spread, rank) = (row.curves.last(\.spread), row.curves.last(\.rank))
          let share = rank.mean / (base?.curves.last(\.rank).mean ?? .nan)
          let left = Estimate(
            row.curves.map { ($0.deviation.last ?? .nan) / ($0.deviation.first ?? .nan) })
          let isTotal = spread.mean < 0.05 || left.mean < 0.05
          let kind = isTotal ? "a total collapse" : share < 0.5 ? "a partial, dimensional one" : "none"
          let lost = row.curves.gain
          return Finding(
            """
            a CNN collapses too (\(row.title)): no spread, under 5 % of its first size, or less than half of \
            SimSiam's rank
            """,
            """
            So far \(kind): outputs at \(left.text(places: 1, times: 100)) % of their first size, spread \
            \(spread.text(places: 2)), rank \(rank.text(places: 1)) \
            (\(decimal(100 * share, places: 0)) % of SimSiam's), k-NN \(row.curves.last(\.accuracy).text(places: 1, times: 100)) %, \
            \(lost.text(places: 1)) points over untrained.
            """, holds: isTotal || share < 0.5)
        }
    }

    /// What is left of each coordinate, by time.
    var linearFigure: Figure {
      Figure(
        "linear", title: "A linear encoder: what is left of each coordinate (dashed: theory)", columns: 3,
        panels: linear.map { result in
          var series: [Figure.Series] = []
          for (coordinate, variance) in LinearResult.variances.enumerated() where coordinate < 5 {
            series.append(
              Figure.Series(
                "σ² = \(significant(variance, 2))", .points,
                zip(result.times, result.lengths[coordinate]).map { .init($0, $1) }, colour: coordinate))
            series.append(
              Figure.Series(
                "", .dashed,
                result.times.map { .init($0, exp(-result.rule.rate * variance * $0)) }, colour: coordinate))
          }
          return Figure.Panel(
            result.rule.title, x: .init("time t (step × rate)"),
            y: .init("length of W's column / first", in: 0...1.1),
            series: series)
        })
    }

    /// The curves of the CNN, by epoch.
    var courseFigure: Figure {
      func panel(
        _ title: String, _ axis: Figure.Axis, times factor: Double = 1,
        _ curve: (TrainingCurves) -> [Double]
      ) -> Figure.Panel {
        Figure.Panel(
          title, axis, epochs: epochs, times: factor, rows.map { ($0.title, $0.curves) }, curve)
      }
      return Figure(
        "course", title: "A CNN: targets from mean views (bands: range over the seeds)",
        panels: [
          panel("Size of the outputs", .init("standard deviation", .logarithmic), \.deviation),
          panel("Spread of the outputs", .init("std · √D", in: 0...1.1), \.spread),
          panel("Rank of the outputs", .init("effective rank"), \.rank),
          panel("k-NN of the features", .init("accuracy in %"), times: 100, \.accuracy),
        ]
      ).taller(by: 40)
    }
  }
}
