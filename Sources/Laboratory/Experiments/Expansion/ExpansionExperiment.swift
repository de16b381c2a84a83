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
    let images = try conditions.requiredImages(for: Self.self)
    let testbed = try Testbed(images, atMost: conditions.isQuick ? (1500, 500) : (10_000, 5000))
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
    let samples = try conditions.sideBySide([false, true], seeds) { isTrained, seed, progress in
      let configuration = testbed.configuration(width: chosen.width, epochs: chosen.epochs, seed: seed)
      let encoder =
        isTrained
        ? try testbed.trained(configuration) { try progress("training, seed \(seed), epoch \($0)") }
        : try testbed.untrained(configuration)
      try progress("\(isTrained ? "trained" : "untrained"), seed \(seed): derivatives")
      return try Sample(DualEncoder(encoder), testbed, chosen, seed: seed)
    }
    let results = Results(
      strengths: Self.strengths, untrained: Outcome(samples[0]), trained: Outcome(samples[1]))
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        The essay reads SimSiam as alternating minimisation of E ||F(T(x)) − η||² with the best η = E F(T(x)), whose first \
        order is E ||J (T(x) − E T(x))||²; without predictor and stop-gradient it would be E ||J (T₂(x) − T₁(x))||², larger \
        and noisier. How far do these hold?
        """,
      method: """
        \(extent.images) of \(testbed.summary); \(extent.views) views each, x + s (T(x) − x) for seven strengths s; an \
        encoder of four convolutions of width \(extent.width), untrained, and after \(extent.epochs) epochs of SimSiam. \
        Derivatives along T(x) − x are exact, in double precision, at x. All sums are divided by the variance of the \
        features between pictures.
        """,
      findings: results.findings,
      limits: """
        Strength scales the whole difference to an augmented view; a weak crop is not a strong crop scaled down. The \
        encoder is judged with its running statistics, not in training mode, and before the heads.
        """,
      figures: [results.figure], results: results)
  }

  /// The numbers of one encoder, a value for each strength; `Outcome` says what they are.
  struct Sample: Sendable {
    /// By strength.
    var loss, linearLoss, pairLoss, linearPairLoss, lossDeviation, pairDeviation, residue: [Double]

    init(_ encoder: DualEncoder, _ testbed: Testbed, _ extent: Extent, seed: UInt64) throws {
      let loader = ViewLoader(
        testbed.store, recipe: testbed.recipe, size: testbed.size, batch: extent.images, seed: seed)
      let count = min(extent.images, testbed.store.count)
      let indices = (0..<count).map { $0 * testbed.store.count / count }
      let batch = try loader.batch(of: indices, epoch: 0, ViewRequest(views: extent.views))
      let views = batch.views
      let originals = try ViewLoader.images(
        batch.indices, of: testbed.store, normalization: testbed.recipe.normalization, size: testbed.size)
      let each = testbed.size * testbed.size * 3
      func rows(_ tensor: Tensor) -> [[Double]] {
        let values = tensor.values
        return (0..<count).map { values[$0 * each..<($0 + 1) * each].map(Double.init) }
      }
      let (x, all) = (rows(originals), views.map(rows))
      let parts = parallelMap(count) { index in
        ImageSample(encoder, x[index], views: all.map { $0[index] })
      }
      // The losses are divided by the variance between images.
      let means = (0..<encoder.dimension).map { d in parts.reduce(0) { $0 + $1.features[d] } / Double(count) }
      let variance =
        parts.reduce(0) { $0 + squaredDistance($1.features, means) } / Double(max(1, count - 1))
      func mean(_ value: (ImageSample) -> [Double]) -> [Double] {
        strengths.indices.map { s in parts.reduce(0) { $0 + value($1)[s] } / Double(count) / variance }
      }
      (loss, linearLoss) = (mean(\.loss), mean(\.linearLoss))
      (pairLoss, linearPairLoss) = (mean(\.pairLoss), mean(\.linearPairLoss))
      func deviation(_ value: (ImageSample) -> [Double]) -> [Double] {
        strengths.indices.map { s in
          (parts.reduce(0) { $0 + value($1)[s] } / Double(count)).squareRoot() / variance
        }
      }
      (lossDeviation, pairDeviation) = (deviation(\.lossVariance), deviation(\.pairVariance))
      residue = strengths.indices.map { s in
        parts.reduce(0) { $0 + $1.remainder[s] } / max(1e-300, parts.reduce(0) { $0 + $1.change[s] })
      }
    }
  }
}

/// The numbers of one image's views, a value for each strength.
private struct ImageSample: Sendable {
  let features: [Double]
  private(set) var loss: [Double] = []
  private(set) var linearLoss: [Double] = []
  private(set) var pairLoss: [Double] = []
  private(set) var linearPairLoss: [Double] = []
  private(set) var lossVariance: [Double] = []
  private(set) var pairVariance: [Double] = []
  /// Σ ||F(view) − F(x)||² over the views, and the same sum with the first order subtracted from F(view).
  private(set) var change: [Double] = []
  private(set) var remainder: [Double] = []

  init(_ encoder: DualEncoder, _ x: [Double], views: [[Double]]) {
    let (origin, gates) = encoder.features(x)
    features = origin
    let directions = views.map { view in zip(view, x).map { $0 - $1 } }
    let slopes = directions.map { encoder.derivative(along: $0, gates) }
    let linear = Self.spread(slopes)
    for strength in ExpansionExperiment.strengths {
      let outputs = directions.map { direction in
        encoder.features(zip(x, direction).map { $0 + strength * $1 }).y
      }
      let spread = Self.spread(outputs)
      loss.append(spread.mean)
      lossVariance.append(spread.variance)
      pairLoss.append(spread.pairMean)
      pairVariance.append(spread.pairVariance)
      linearLoss.append(strength * strength * linear.mean)
      linearPairLoss.append(strength * strength * linear.pairMean)
      change.append(outputs.reduce(0) { $0 + squaredDistance($1, origin) })
      remainder.append(
        zip(outputs, slopes).reduce(0) { sum, pair in
          sum + squaredDistance(pair.0, zip(origin, pair.1).map { $0 + strength * $1 })
        })
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
