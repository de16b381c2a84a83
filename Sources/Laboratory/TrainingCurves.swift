import SiamAugmentations
import SiamFeatures
import SiamFigures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// One training epoch by epoch: its loss, the spread of its outputs and features, and their k-NN accuracy.
///
/// Unless noted otherwise a curve has one value before training and one after each of `epochs`.
struct TrainingCurves: Codable, Sendable {
  /// The seed of the training.
  let seed: UInt64
  /// The epochs of the measurements: 0 before the training, then all, or at most `most` of a long training.
  private(set) var epochs: [Int] = []
  /// The mean loss of each of these epochs; none before the training.
  private(set) var loss: [Double] = []
  /// std · √D and effective rank of the projector's outputs on one batch: in the first step, and in each epoch's last.
  private(set) var spread: [Double] = []
  private(set) var rank: [Double] = []
  /// The root mean square of the standard deviations of the same outputs' columns, not normalised to length 1: without
  /// batch normalisation outputs can shrink and keep their directions.
  private(set) var deviation: [Double] = []
  /// The effective rank and the spread of the queries' features.
  private(set) var featureRank: [Double] = []
  private(set) var featureSpread: [Double] = []
  /// The k-NN accuracy of those features, 0...1.
  private(set) var accuracy: [Double] = []
  /// The largest rank that the outputs can have.
  private(set) var rankLimit = 1.0
  /// Which queries were classified correctly before the training and after it.
  private(set) var firstAnswers = Answers([])
  private(set) var lastAnswers = Answers([])
  /// The step at which a loss, gradient or weight became NaN or infinite; the curves end before it.
  private(set) var divergedAt: Int?

  /// The most measurements of a training, and how many epochs lie between two of them.
  private static let most = 40
  static func interval(of epochs: Int) -> Int { max(1, epochs / most) }

  /// Trains, and measures after each epoch.
  ///
  /// - Parameter progress: called with the epoch, from 1; may throw to stop.
  /// - Throws: what reading the images and `progress` throw.
  init(_ configuration: TrainingConfiguration, _ testbed: Testbed, progress: (Int) throws -> Void) throws {
    self.init(seed: configuration.seed)
    let session = testbed.session(configuration)
    do {
      try session.run { event in
        switch event {
        case .began: try begin(testbed.untrained(configuration), testbed)
        case .step(let step):
          try progress(step.epoch + 1)
          if step.step == 0 { measure(step.output) }
          guard step.endsEpoch, isMeasured(afterEpoch: step.epoch + 1, of: configuration.epochs) else {
            return
          }
          try note(
            epoch: step.epoch + 1, loss: step.meanLoss, step.output, NetworkEncoder(session.trainer), testbed)
        default: break
        }
      }
    } catch let error as Diverged {
      divergedAt = error.step
    }
  }

  /// A training by another loop, which calls `begin`, `measure` with its first outputs, and `note`.
  init(seed: UInt64) { self.seed = seed }

  /// Whether that epoch is one to measure after.
  func isMeasured(afterEpoch epoch: Int, of epochs: Int) -> Bool {
    epoch % Self.interval(of: epochs) == 0 || epoch == epochs
  }

  mutating func begin(_ untrained: NetworkEncoder, _ testbed: Testbed) throws {
    epochs.append(0)
    try judge(untrained, testbed)
    firstAnswers = lastAnswers
  }

  mutating func note(
    epoch: Int, loss: Double, _ output: Tensor, _ encoder: NetworkEncoder, _ testbed: Testbed
  ) throws {
    epochs.append(epoch)
    measure(output)
    self.loss.append(loss)
    try judge(encoder, testbed)
  }

  mutating func noteDivergence(at step: Int) { divergedAt = step }

  /// - Parameter output: the projector's, (N, D).
  mutating func measure(_ output: Tensor) {
    deviation.append(Self.deviation(of: output))
    let gauges = CollapseGauges(output.values, dimension: output.channels)
    spread.append(gauges.spread)
    rank.append(gauges.effectiveRank)
    rankLimit = Double(min(output.rows, output.channels))
  }

  private static func deviation(of output: Tensor) -> Double {
    let (rows, columns, values) = (output.rows, output.channels, output.values)
    var total = 0.0
    for column in 0..<columns {
      let all = (0..<rows).map { Double(values[$0 * columns + column]) }
      let mean = all.reduce(0, +) / Double(rows)
      total += all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, rows - 1))
    }
    return (total / Double(columns)).squareRoot()
  }

  private mutating func judge(_ encoder: NetworkEncoder, _ testbed: Testbed) throws {
    let rows = try encoder.features(of: testbed.queries, readOuts: [.average])[0]
    let gauges = CollapseGauges(rows, dimension: encoder.dimension)
    featureRank.append(gauges.effectiveRank)
    featureSpread.append(gauges.spread)
    lastAnswers = try testbed.answers(of: encoder, [.average])[0]
    accuracy.append(lastAnswers.proportion.value)
  }
}

/// The same training with several seeds.
extension [TrainingCurves] {
  /// A curve's last value over the seeds.
  func last(_ curve: (TrainingCurves) -> [Double], in domain: Estimate.Domain) -> Estimate {
    Estimate(map { curve($0).last ?? .nan }, in: domain)
  }

  /// The numbers at the end: each within what it can be.
  var rank: Estimate { last(\.rank, in: rankDomain) }
  var spread: Estimate { last(\.spread, in: .positive) }
  var accuracy: Estimate { last(\.accuracy, in: .within(0...1)) }
  var firstAccuracy: Estimate { Estimate(map { $0.accuracy.first ?? .nan }, in: .within(0...1)) }
  /// The rank in the first step.
  var firstRank: Estimate { Estimate(map { $0.rank.first ?? .nan }, in: rankDomain) }
  private var rankDomain: Estimate.Domain { .within(1...(map(\.rankLimit).max() ?? 1)) }
  /// The size of the outputs, as a share of their first.
  var size: Estimate {
    Estimate(map { ($0.deviation.last ?? .nan) / ($0.deviation.first ?? .nan) }, in: .positive)
  }

  /// What training added to the k-NN accuracy.
  var gain: PairedAccuracy { PairedAccuracy(map(\.lastAnswers), minus: map(\.firstAnswers)) }

  /// The k-NN accuracy less that of another training.
  func less(_ other: [TrainingCurves]) -> PairedAccuracy {
    PairedAccuracy(map(\.lastAnswers), minus: other.map(\.lastAnswers))
  }

  /// The rank as a share of another training's, seed by seed.
  func rankShare(of other: [TrainingCurves]) -> Estimate {
    Estimate(zip(self, other).map { ($0.rank.last ?? .nan) / ($1.rank.last ?? .nan) }, in: .positive)
  }

  /// Whether the outputs have collapsed, by the one rule of all experiments: few directions beside the base method's, no
  /// spread, or no size.
  func hasCollapsed(beside base: [TrainingCurves]) -> Verdict {
    .any([isLowRanked(beside: base), isGone])
  }

  /// A collapse of directions.
  func isLowRanked(beside base: [TrainingCurves]) -> Verdict {
    Claim.below(Bound.rank).verdict(on: rankShare(of: base))
  }

  /// A total collapse.
  var isGone: Verdict {
    .any([Claim.below(Bound.size).verdict(on: spread), Claim.below(Bound.size).verdict(on: size)])
  }
}

extension Figure.Panel {
  /// One curve of several trainings over the epochs, a line for each training.
  ///
  /// - Parameters:
  ///   - skipsFirst: whether the curve has no value before the training.
  ///   - factor: what the values are multiplied by.
  init(
    _ title: String, _ axis: Figure.Axis, epochs: Int, skipsFirst: Bool = false, times factor: Double = 1,
    _ trainings: [(title: String, curves: [TrainingCurves])], _ curve: (TrainingCurves) -> [Double]
  ) {
    self.init(
      title, x: .init("epoch", .counted, in: 0...Double(epochs)), y: axis,
      series: trainings.enumerated().map { index, training in
        // Lines beyond the palette's colours are dashed.
        Figure.Series(
          training.title, index < Figure.colours ? .line : .dashed,
          overSeeds: training.curves.map { curve($0).map { factor * $0 } },
          at: (training.curves.min { $0.epochs.count < $1.epochs.count }?.epochs ?? [])
            .dropFirst(skipsFirst ? 1 : 0).map(Double.init), colour: index)
      })
  }
}

extension Figure.Series {
  /// A curve by seed: its mean, with the range over the seeds as a band.
  ///
  /// - Parameter positions: x of each value.
  init(
    _ name: String, _ style: Style = .line, overSeeds curves: [[Double]], at positions: [Double], colour: Int
  ) {
    let points = (0..<min(positions.count, curves.map(\.count).min() ?? 0)).map { index in
      let estimate = Estimate(curves.map { $0[index] })
      return Point(positions[index], estimate.mean, low: estimate.smallest, high: estimate.largest)
    }
    self.init(name, style, points, colour: colour)
  }
}
