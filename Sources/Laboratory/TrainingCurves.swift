import SiamAugmentations
import SiamFeatures
import SiamFigures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// One training epoch by epoch: its loss, the spread of its outputs and features, and their k-NN accuracy.
///
/// Unless noted otherwise a curve has one value before training and one after each epoch.
struct TrainingCurves: Encodable, Sendable {
  /// The seed of the training.
  let seed: UInt64
  /// The mean loss of each epoch; none before the training.
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
  /// The step at which a loss, gradient or weight became NaN or infinite; the curves end before it.
  private(set) var divergedAt: Int?

  /// Trains, and measures after each epoch.
  ///
  /// - Parameter progress: called with the epoch, from 1; may throw to stop.
  /// - Throws: what reading the images and `progress` throw.
  init(_ configuration: TrainingConfiguration, _ testbed: Testbed, progress: (Int) throws -> Void) throws {
    seed = configuration.seed
    let session = testbed.session(configuration)
    do {
      try session.run { event in
        switch event {
        case .began: try judge(testbed.untrained(configuration), testbed)
        case .step(let step):
          try progress(step.epoch + 1)
          if step.step == 0 { measure(step.output) }
          guard step.endsEpoch else { return }
          measure(step.output)
          loss.append(step.meanLoss)
          try judge(NetworkEncoder(session.trainer), testbed)
        default: break
        }
      }
    } catch let error as Diverged {
      divergedAt = error.step
    }
  }

  /// - Parameter output: the projector's, (N, D).
  private mutating func measure(_ output: Tensor) {
    deviation.append(Self.deviation(of: output))
    let gauges = CollapseGauges(output.values, dimension: output.channels)
    spread.append(gauges.spread)
    rank.append(gauges.effectiveRank)
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
    accuracy.append(try testbed.accuracies(of: encoder, [.average])[0].value)
  }
}

/// The same training with several seeds.
extension [TrainingCurves] {
  /// A curve's first value over the seeds.
  func first(_ curve: (TrainingCurves) -> [Double]) -> Estimate {
    Estimate(map { curve($0).first ?? .nan })
  }

  /// A curve's last value over the seeds.
  func last(_ curve: (TrainingCurves) -> [Double]) -> Estimate { Estimate(map { curve($0).last ?? .nan }) }

  /// What training added to the k-NN accuracy, in percentage points, seed by seed.
  var gain: Estimate {
    Estimate(map { 100 * (($0.accuracy.last ?? .nan) - ($0.accuracy.first ?? .nan)) })
  }
}

extension Figure.Panel {
  /// One curve of several trainings over the epochs, a line for each training.
  ///
  /// - Parameters:
  ///   - first: the epoch of the curve's first value.
  ///   - factor: what the values are multiplied by.
  init(
    _ title: String, _ axis: Figure.Axis, epochs: Int, from first: Int = 0, times factor: Double = 1,
    _ trainings: [(title: String, curves: [TrainingCurves])], _ curve: (TrainingCurves) -> [Double]
  ) {
    self.init(
      title, x: .init("epoch", .counted, in: 0...Double(epochs)), y: axis,
      series: trainings.enumerated().map { index, training in
        // Lines beyond the palette's colours are dashed.
        Figure.Series(
          training.title, index < Figure.colours ? .line : .dashed,
          overSeeds: training.curves.map { curve($0).map { factor * $0 } }, from: first, colour: index)
      })
  }
}

extension Figure.Series {
  /// A curve by seed: its mean, with the range over the seeds as a band.
  ///
  /// - Parameters:
  ///   - first: x of the first value; the others follow in steps of 1.
  ///   - positions: x of each value, in place of `first`.
  init(
    _ name: String, _ style: Style = .line, overSeeds curves: [[Double]], from first: Int = 0,
    at positions: [Double]? = nil, colour: Int
  ) {
    let points = (0..<(curves.map(\.count).min() ?? 0)).map { index in
      let estimate = Estimate(curves.map { $0[index] })
      return Point(
        positions?[index] ?? Double(first + index), estimate.mean, low: estimate.smallest,
        high: estimate.largest)
    }
    self.init(name, style, points, colour: colour)
  }
}
