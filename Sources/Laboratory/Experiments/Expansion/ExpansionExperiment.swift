import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The essay's expansion: the loss against its first-order form, for augmentations of growing strength.
package struct ExpansionExperiment: Experiment {
  package static let name = "expansion"
  package static let summary =
    "The loss against its two first-order forms, and their variance, by augmentation strength."
  package static let needsImages = true

  /// The values of s in the views x + s (T(x) − x); 1 is the recipe itself.
  static let strengths = [1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1]

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (1500, 500), full: (10_000, 5000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// Images and views of each to measure on, the width of the encoder, and the length of its training.
    var images, views, width, epochs: Int

    /// The quick form.
    static let quick = Extent(images: 24, views: 12, width: 8, epochs: 2)
    /// The full form.
    static let full = Extent(images: 200, views: 32, width: 16, epochs: 20)
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent given: Extent) throws -> Report {
    var extent = given
    extent.epochs = conditions.epochs ?? given.epochs
    let seeds = conditions.seeds(quick: 3, full: 5)
    let chosen = extent
    @Sendable func configuration(_ seed: UInt64) -> TrainingConfiguration {
      testbed.configuration(width: chosen.width, epochs: chosen.epochs, seed: seed)
    }
    let measured = "\(chosen.images) pictures, \(chosen.views) views"
    @Sendable func key(_ isTrained: Bool, _ seed: UInt64) -> KeptRuns.Key {
      testbed.key(Self.self, isTrained ? "trained" : "untrained", configuration(seed), measured)
    }
    let found = try conditions.keptSideBySide([false, true], seeds, as: key) { isTrained, seed, progress in
      let configuration = configuration(seed)
      let encoder =
        isTrained
        ? try testbed.trained(configuration) { try progress("training, seed \(seed), epoch \($0)") }
        : try testbed.untrained(configuration)
      try progress("\(isTrained ? "trained" : "untrained"), seed \(seed): derivatives")
      return try Sample(DualEncoder(encoder), testbed, chosen, seed: seed)
    }
    let results = Results(
      strengths: Self.strengths, untrained: Outcome(found.results[0]), trained: Outcome(found.results[1]))
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        The essay reads SimSiam as alternating minimisation of E ||F(T(x)) − η||² with the best η = E F(T(x)), whose first \
        order is E ||J (T(x) − E T(x))||²; without predictor and stop-gradient it would be E ||J (T₂(x) − T₁(x))||², larger \
        and noisier. How far do these hold?
        """,
      method: """
        \(extent.images) of \(testbed.summary); \(extent.views) views each, x + s (T(x) − x) for seven strengths s, drawn afresh for each; an \
        encoder of four convolutions of width \(extent.width), untrained, and after \(extent.epochs) epochs of SimSiam. \
        Derivatives along T(x) − x are exact, in double precision, at x. All sums are divided by the variance of the \
        features between pictures.
        """,
      findings: results.findings, tables: [results.table],
      limits: """
        Strength scales the whole difference to an augmented view; a weak crop is not a strong crop scaled down. The \
        encoder is judged with its running statistics, not in training mode, and before the heads.
        """,
      figures: [results.figure], results: results, seconds: found.seconds)
  }

  /// The numbers of one encoder, a value for each strength; `Outcome` says what they are.
  struct Sample: Codable, Sendable {
    private(set) var loss: [Double] = []
    private(set) var linearLoss: [Double] = []
    private(set) var pairLoss: [Double] = []
    private(set) var linearPairLoss: [Double] = []
    private(set) var lossDeviation: [Double] = []
    private(set) var pairDeviation: [Double] = []
    private(set) var residue: [Double] = []

    init(_ encoder: DualEncoder, _ testbed: Testbed, _ extent: Extent, seed: UInt64) throws {
      let loader = ViewLoader(
        testbed.store, recipe: testbed.recipe, size: testbed.size, batch: extent.images, seed: seed)
      let count = min(extent.images, testbed.store.count)
      let indices = (0..<count).map { $0 * testbed.store.count / count }
      let each = testbed.size * testbed.size * 3
      func rows(_ tensor: Tensor) -> [[Double]] {
        let values = tensor.values
        return (0..<count).map { values[$0 * each..<($0 + 1) * each].map(Double.init) }
      }
      for (index, strength) in strengths.enumerated() {
        // The draws of another epoch: what two strengths agree on is no chance that they share.
        let batch = try loader.batch(of: indices, epoch: index, ViewRequest(views: extent.views))
        let x = rows(
          try ViewLoader.images(
            batch.indices, of: testbed.store, normalization: testbed.recipe.normalization, size: testbed.size)
        )
        let views = batch.views.map(rows)
        add(
          parallelMap(count) { image in
            ImageSample(encoder, x[image], views: views.map { $0[image] }, strength: strength)
          })
      }
    }

    /// Adds the numbers of one strength.
    private mutating func add(_ parts: [ImageSample]) {
      let count = Double(parts.count)
      func sum(_ value: (ImageSample) -> Double) -> Double { parts.reduce(0) { $0 + value($1) } }
      // The losses are divided by the variance between images.
      let means = parts[0].features.indices.map { d in sum { $0.features[d] } / count }
      let variance = sum { squaredDistance($0.features, means) } / max(1, count - 1)
      loss.append(sum(\.loss) / count / variance)
      linearLoss.append(sum(\.linearLoss) / count / variance)
      pairLoss.append(sum(\.pairLoss) / count / variance)
      linearPairLoss.append(sum(\.linearPairLoss) / count / variance)
      lossDeviation.append((sum(\.lossVariance) / count).squareRoot() / variance)
      pairDeviation.append((sum(\.pairVariance) / count).squareRoot() / variance)
      residue.append(sum(\.remainder) / max(1e-300, sum(\.change)))
    }
  }
}

/// The numbers of one image's views at one strength.
private struct ImageSample: Sendable {
  let features: [Double]
  let loss, linearLoss, pairLoss, linearPairLoss, lossVariance, pairVariance: Double
  /// Σ ||F(view) − F(x)||² over the views, and the same sum with the first order subtracted from F(view).
  let change, remainder: Double

  init(_ encoder: DualEncoder, _ x: [Double], views: [[Double]], strength: Double) {
    let (origin, gates) = encoder.features(x)
    features = origin
    let directions = views.map { view in zip(view, x).map { strength * ($0 - $1) } }
    let slopes = directions.map { encoder.derivative(along: $0, gates) }
    let outputs = directions.map { direction in encoder.features(zip(x, direction).map { $0 + $1 }).y }
    let (spread, linear) = (Self.spread(outputs), Self.spread(slopes))
    (loss, lossVariance) = (spread.mean, spread.variance)
    (pairLoss, pairVariance) = (spread.pairMean, spread.pairVariance)
    (linearLoss, linearPairLoss) = (linear.mean, linear.pairMean)
    change = outputs.reduce(0) { $0 + squaredDistance($1, origin) }
    remainder = zip(outputs, slopes).reduce(0) { sum, pair in
      sum + squaredDistance(pair.0, zip(origin, pair.1).map { $0 + $1 })
    }
  }

  /// The unbiased loss of the best target, the loss of disjoint pairs, and the variance of a single draw of each.
  private static func spread(
    _ rows: [[Double]]
  ) -> (mean: Double, variance: Double, pairMean: Double, pairVariance: Double) {
    let n = Double(rows.count)
    let centre = rows[0].indices.map { d in rows.reduce(0) { $0 + $1[d] } / n }
    let singles = rows.map { squaredDistance($0, centre) * n / (n - 1) }
    let pairs = stride(from: 0, to: rows.count - 1, by: 2).map { squaredDistance(rows[$0], rows[$0 + 1]) }
    func variance(_ values: [Double]) -> (Double, Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1)))
    }
    let (a, b) = (variance(singles), variance(pairs))
    return (a.0, a.1, b.0, b.1)
  }
}

/// ||a − b||².
func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += (a[index] - b[index]) * (a[index] - b[index]) }
  return sum
}
