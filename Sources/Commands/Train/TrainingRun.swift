import Glibc
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// A training on its way to the end: steps, gauges, measurements, checkpoints.
struct TrainingRun: ~Copyable {
  let folder: RunFolder
  private(set) var trainer: Trainer
  private let knn: OnlineKNN?
  private let knnEvery: Int
  private let saveEvery: Double
  private let report: TrainingReport
  private var live: LiveLine
  private let isTerminal: Bool

  private var watch: CollapseWatch
  private var state = TrainingState()
  private var pace: Pace
  private let start = seconds()
  private var lastSave: Double
  private var savingFailed = false
  private var nextGauge = 0.0
  private var epoch = EpochTimes()
  private var collapse: CollapseDiagnosis?

  /// At an epoch's end a checkpoint is written unless the last one is younger than this, in seconds.
  static let youngCheckpoint = 10.0
  /// The rows that the gauges look at.
  private static let gaugeRows = 128

  init(
    _ folder: RunFolder, _ trainer: Trainer, knn: OnlineKNN?, knnEvery: Int, saveEvery: Double,
    showing live: consuming LiveLine, isTerminal: Bool
  ) {
    (self.folder, self.trainer, self.knn) = (folder, trainer, knn)
    (self.knnEvery, self.saveEvery, self.isTerminal) = (knnEvery, saveEvery, isTerminal)
    self.live = live
    report = TrainingReport(trainer)
    watch = CollapseWatch(stepsPerEpoch: trainer.stepsPerEpoch)
    pace = Pace(total: trainer.totalSteps * trainer.loader.batch)
    lastSave = start
    pace.note(done: trainer.step * trainer.loader.batch, at: start)
  }

  /// Trains to the end. Whatever stops it, a checkpoint stands in the folder: of now, or the last one after a
  /// divergence or where now's could not be written.
  ///
  /// - Throws: `Failure` for a divergence, `Interrupted`, `ImageError`, `FileError`.
  mutating func finish() throws {
    do { try train() } catch let error as Diverged {
      live.erase()
      throw Failure(
        .badData, "\(error); the last checkpoint is that of step \(savedStep) of \(trainer.totalSteps)")
    }
  }

  private mutating func train() throws {
    do {
      try measureBeginning()
      // A resumed run has its first step behind it.
      if trainer.step > 0 { watch.firstRank = Self.gauges(try trainer.firstOutput())?.effectiveRank }
      while !trainer.isFinished {
        try Interruption.check()
        try step()
      }
    } catch FeatureError.notFinite {
      live.erase()
      throw Diverged(features: trainer)
    } catch {
      live.erase()
      if !(error is Diverged), !savingFailed { try save() }
      throw error
    }
    try save()
    live.erase()
  }

  private mutating func step() throws {
    let step = try trainer.advance()
    epoch.steps += 1
    epoch.stepSeconds += step.seconds
    epoch.viewSeconds += step.viewSeconds
    let now = seconds()
    let batch = trainer.loader.batch
    pace.note(done: trainer.step * batch, at: now)
    if now >= nextGauge || step.endsEpoch { profiled("gauges") { look(at: step) } }
    (state.step, state.epoch, state.loss) = (trainer.step, step.epoch, step.meanLoss)
    state.picturesPerSecond = Double(epoch.steps * batch) / epoch.stepSeconds
    state.waiting = epoch.viewSeconds / epoch.stepSeconds
    state.secondsLeft = pace.secondsLeft
    if step.endsEpoch { try endEpoch(step) }
    let age = seconds() - lastSave
    if age >= saveEvery || (step.endsEpoch && age >= Self.youngCheckpoint) { try save() }
    live.show(report.live(state, width: Terminal(.standard).width))
  }

  /// Once a second, or less often where looking takes longer than a hundredth of that.
  private mutating func look(at step: TrainingStep) {
    let before = seconds()
    guard let gauges = Self.gauges(step.output) else { return }
    state.gauges = gauges
    if let kind = watch.note(gauges, step: trainer.step) {
      collapse = kind
      warn(report.collapse(kind, gauges, firstRank: watch.firstRank))
    }
    let now = seconds()
    nextGauge = now + max(1, 100 * (now - before))
  }

  /// The gauges of a batch's first outputs; nil where there are too few.
  private static func gauges(_ output: Tensor) -> CollapseGauges? {
    let (rows, dimension) = (min(gaugeRows, output.rows), output.channels)
    guard rows >= 2 else { return nil }
    return CollapseGauges(Array(output.values.prefix(rows * dimension)), dimension: dimension)
  }

  private mutating func endEpoch(_ step: TrainingStep) throws {
    var metrics = EpochMetrics(epoch: step.epoch + 1, step: trainer.step)
    (metrics.loss, metrics.rate) = (step.meanLoss, Double(step.rate))
    (metrics.std, metrics.rank) = (state.gauges?.spread, state.gauges?.effectiveRank)
    metrics.centre = state.gauges?.centre
    (metrics.picturesPerSecond, metrics.waiting) = (state.picturesPerSecond, state.waiting)
    metrics.collapse = collapse?.rawValue
    if let knn, (step.epoch + 1) % knnEvery == 0 || trainer.isFinished {
      metrics.knn = try measured {
        try profiledWhole("online k-NN") {
          try knn.accuracy(TrainedEncoder(trainer)) { _ in try Interruption.check() }
        }
      }
      state.knn = metrics.knn ?? state.knn
    }
    (metrics.seconds, metrics.cpuSeconds) = (seconds() - epoch.start, processorSeconds() - epoch.cpuStart)
    try folder.append(metrics)
    if !isTerminal || trainer.isFinished { live.print(report.ended(metrics)) }
    (epoch, collapse) = (EpochTimes(), nil)
  }

  /// The baselines of the online k-NN, before the first step.
  private mutating func measureBeginning() throws {
    guard trainer.step == 0 else { return }
    try save()
    var metrics = EpochMetrics(epoch: 0, step: 0)
    if let knn {
      live.show("measuring raw pixels and the untrained encoder")
      let encoder = TrainedEncoder(trainer)
      let size = encoder.configuration.encoder.size
      let check: (Int) throws -> Void = { _ in try Interruption.check() }
      try profiledWhole("online k-NN") {
        let raw = try knn.rawAccuracy(normalization: encoder.normalization, size: size, progress: check)
        let untrained = try encoder.untrained(calibratedOn: trainer.loader.store)
        metrics.rawKnn = .init(raw)
        metrics.knn = .init(try knn.accuracy(untrained, progress: check))
      }
      state.knn = metrics.knn
      live.erase()
      for line in report.baselines(knn, raw: metrics.rawKnn, untrained: metrics.knn) { live.print(line) }
    }
    try folder.truncateMetrics(after: -1)
    try folder.append(metrics)
    epoch = EpochTimes()
  }

  /// An accuracy; nil when a signal cut it short, for then the next check ends the run in good order.
  private func measured(_ accuracy: () throws -> Proportion) throws -> EpochMetrics.Accuracy? {
    do { return EpochMetrics.Accuracy(try accuracy()) } catch is Interrupted { return nil }
  }

  private var savedStep: Int {
    (try? CheckpointSummary(contentsOf: folder.checkpoint).step) ?? 0
  }

  private mutating func save() throws {
    try trainer.requireFinite()
    savingFailed = true
    try profiled("checkpoint") { () throws(FileError) in
      try trainer.save(to: folder.checkpoint)
      try TrainedEncoder(trainer).write(to: folder.encoder)
    }
    savingFailed = false
    lastSave = seconds()
  }

  private mutating func warn(_ line: String) {
    live.erase()
    Output.error.line(line)
  }
}

/// Where the time of an epoch goes.
private struct EpochTimes {
  let start = seconds()
  let cpuStart = processorSeconds()
  var steps = 0
  var stepSeconds = 0.0, viewSeconds = 0.0
}

/// Seconds of a clock that only runs forward.
private func seconds() -> Double { reading(CLOCK_MONOTONIC) }

/// Seconds of processor time that all threads took so far.
private func processorSeconds() -> Double { reading(CLOCK_PROCESS_CPUTIME_ID) }

private func reading(_ clock: clockid_t) -> Double {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
