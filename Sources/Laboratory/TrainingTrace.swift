import SiamAugmentations
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The course of a training: a number for each epoch, the state before the first one included where there is one.
struct TrainingTrace: Encodable, Sendable {
  let seed: UInt64
  /// The mean loss of epochs 1, 2, ...
  private(set) var loss: [Double] = []
  /// std · √D and effective rank of the projector's outputs in a batch: in the first step, and after epochs 1, 2, ...
  private(set) var spread: [Double] = []
  private(set) var rank: [Double] = []
  /// The standard deviation of the same outputs as they are, not normalised to length 1, the root mean square over the
  /// columns. Without normalisation outputs can die by size alone.
  private(set) var deviation: [Double] = []
  /// The effective rank and the spread of the queries' features, and k-NN, after epochs 0, 1, 2, ...
  private(set) var featureRank: [Double] = []
  private(set) var featureSpread: [Double] = []
  private(set) var accuracy: [Double] = []
  /// The step at which the training ended in numbers that are none.
  private(set) var divergedAt: Int?

  /// - Parameter progress: called with the epoch; may throw to stop.
  init(
    _ configuration: TrainingConfiguration, _ setting: Setting, finished: (Trainer) throws -> Void = { _ in },
    progress: (Int) throws -> Void
  ) throws {
    seed = configuration.seed
    var trainer = setting.trainer(configuration)
    let fresh = TrainedEncoder(untrained: configuration, normalization: setting.recipe.normalization)
    try judge(fresh.untrained(calibratedOn: setting.store), setting)
    while !trainer.isFinished {
      try progress(trainer.epoch + 1)
      let step: TrainingStep
      do { step = try trainer.advance() } catch let error as Diverged {
        divergedAt = error.step
        return
      }
      if step.step == 0 { look(at: step.output) }
      guard step.endsEpoch else { continue }
      look(at: step.output)
      loss.append(step.meanLoss)
      try judge(TrainedEncoder(trainer), setting)
    }
    try finished(trainer)
  }

  private mutating func look(at output: Tensor) {
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

  private mutating func judge(_ encoder: TrainedEncoder, _ setting: Setting) throws {
    let rows = try encoder.features(of: setting.queries, readOuts: [.average])[0]
    let gauges = CollapseGauges(rows, dimension: encoder.dimension)
    featureRank.append(gauges.effectiveRank)
    featureSpread.append(gauges.spread)
    accuracy.append(try setting.accuracies(of: encoder, [.average])[0].value)
  }
}
