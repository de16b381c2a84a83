import SiamDatasets
package import SiamFeatures
package import SiamFiles
import SiamImages
package import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// A training from its current state to its end: steps, gauges, online measures, metrics and checkpoints, all reported to a
/// listener.
///
///     let session = try TrainingSession(TrainingConfiguration(), on: store, in: RunFolder("runs/first"))
///     try session.run { event in
///       if case .epoch(let epoch) = event { print(epoch.epoch, epoch.loss ?? .nan) }
///     }
///     let features = try session.encoder.features(of: store)
///
/// With a run folder it appends a line to `metrics.jsonl` at the end of every epoch, and writes `checkpoint.safetensors`
/// and `encoder.safetensors` before the first step, every `saveEvery` seconds, at an epoch's end unless the last are
/// younger than `youngCheckpoint`, and at the end. Without one it writes nothing. Measuring and writing have
/// no influence on the training's bits.
public final class TrainingSession {
  /// At an epoch's end a checkpoint is written unless the last one is younger than this, in seconds.
  package static let youngCheckpoint = 10.0
  /// Default seconds between checkpoints.
  public static let defaultSaveEvery = 300.0

  /// Where the session writes; nil writes nothing.
  package let folder: RunFolder?
  /// What is measured on the encoder during training; nil for nothing.
  package let measure: OnlineMeasure?
  /// The folder's lock; nil if the caller holds it.
  private let claim: FileLock?
  private let measureEvery: Int
  private let keepEvery: Int?
  private let saveEvery: Double
  private let watchesForCollapse, fitsComponents: Bool

  /// The patch features that stand beside the network, and the configuration of both; nil for a network alone.
  private let patches: (encoder: TrainedEncoder, configuration: TrainingConfiguration)?
  /// The current state of the training; a listener may read it during each event.
  package private(set) var trainer: Trainer
  /// The step of the last checkpoint.
  package private(set) var savedStep: Int
  /// The most recent gauges.
  package private(set) var gauges: CollapseGauges?

  private var epoch = EpochTimes()
  private var watch: CollapseWatch
  /// A kind of collapse first found in this epoch.
  private var collapse: CollapseDiagnosis?
  private var nextLook = 0.0
  private var lastSave = monotonicSeconds()
  private var savingFailed = false
  /// How many lost images were reported.
  private var lostReported = 0

  /// The number of output rows that the gauges use.
  private static let gaugeRows = 128

  /// Creates a session that continues a training.
  ///
  /// - Parameters:
  ///   - trainer: at its beginning, or restored from the folder's checkpoint.
  ///   - folder: that of a run that has begun, see `RunFolder.begin`.
  ///   - measureEvery: epochs between two measurements; the last epoch always has one.
  ///   - saveEvery: seconds between two checkpoints.
  ///   - keepEvery: epochs from one encoder that is kept in a file of its own to the next; nil keeps none.
  ///   - watchesForCollapse: whether the outputs are checked for collapse, which takes a hundredth of the time.
  ///   - fitsComponents: whether the finished encoder gets the principal components of its map.
  ///   - patches: patch features that stand beside the network, with the configuration of both.
  ///   - claim: the folder's lock, held as long as the session lives; nil if the caller holds it.
  package init(
    _ trainer: Trainer, in folder: RunFolder? = nil, measure: OnlineMeasure? = nil, measureEvery: Int = 1,
    saveEvery: Double = defaultSaveEvery, keepEvery: Int? = nil, watchesForCollapse: Bool = true,
    fitsComponents: Bool = true,
    beside patches: (encoder: TrainedEncoder, configuration: TrainingConfiguration)? = nil,
    claim: consuming FileLock? = nil
  ) {
    (self.trainer, self.folder, savedStep) = (trainer, folder, trainer.step)
    (self.measure, self.measureEvery, self.saveEvery) = (measure, measureEvery, saveEvery)
    self.keepEvery = keepEvery
    (self.watchesForCollapse, self.fitsComponents, self.patches) = (
      watchesForCollapse, fitsComponents, patches
    )
    self.claim = claim
    watch = CollapseWatch(stepsPerEpoch: trainer.stepsPerEpoch)
  }

  /// The current encoder, ready to use.
  public var encoder: TrainedEncoder { encoder(of: trainer) }
  private func encoder(of trainer: Trainer) -> TrainedEncoder {
    let network = TrainedEncoder(trainer)
    return patches.map { $0.encoder.joined(with: network, as: $0.configuration) } ?? network
  }
  /// The network alone, which is what is measured during training.
  private var network: TrainedEncoder { TrainedEncoder(trainer) }
  /// The progress of the training.
  public var position: TrainingPosition { trainer.position }
  /// The speed of the steps of this epoch so far; nil before the first.
  public var imagesPerSecond: Double? { epoch.imagesPerSecond(batch: trainer.loader.batch) }
  /// The share of this epoch's time so far spent on views, from 0 to 1; nil before the first step.
  public var waiting: Double? { epoch.waiting }

  /// Trains to the end, or until `shouldStop` returns true; then it finishes the current step and writes the checkpoint,
  /// and `position` has the progress. Another call continues from there.
  ///
  /// - Parameters:
  ///   - shouldStop: asked before each step, and while features are computed.
  ///   - listener: called with each event as it happens. An error thrown by it stops the training in the same way, and is
  ///     rethrown.
  /// - Throws: `Diverged`, after which the folder keeps the checkpoint of `savedStep`; an error if too many images can no
  ///   longer be read (or one, if the store was read strictly), and `FileError` if a file cannot be written, after each of which the last step's checkpoint stands
  ///   in the folder unless it was the checkpoint that could not be written; what `listener` throws.
  public func run(
    until shouldStop: () -> Bool = { false }, listener: (TrainingEvent) throws -> Void
  ) throws {
    var refusal: (any Error)?
    func emit(_ event: TrainingEvent) {
      guard refusal == nil else { return }
      do { try listener(event) } catch { refusal = error }
    }
    do {
      try train(until: { refusal != nil || shouldStop() }, emit)
    } catch let error as Diverged {
      emit(.diverged(error))
      throw error
    }
    if let refusal { throw refusal }
  }

  /// An evaluation was stopped before its end.
  private struct Stopped: Error {}

  private func train(until shouldStop: () -> Bool, _ emit: (TrainingEvent) -> Void) throws {
    (epoch, lastSave) = (EpochTimes(), monotonicSeconds())
    if trainer.isFinished { return emit(.ended(position)) }
    do {
      emit(.began(position))
      if trainer.step == 0 {
        try measureBeginning(until: shouldStop, emit)
      } else if watchesForCollapse, watch.firstRank == nil {
        watch.firstRank = Self.gauges(try trainer.firstOutput())?.effectiveRank
      }
      while !trainer.isFinished, !shouldStop() { try step(until: shouldStop, emit) }
    } catch is Stopped {
    } catch FeatureError.notFinite {
      throw Diverged(features: trainer)
    } catch {
      if !(error is Diverged), !savingFailed { try save(emit) }
      throw error
    }
    try save(emit)
    emit(.ended(position))
  }

  private func step(until shouldStop: () -> Bool, _ emit: (TrainingEvent) -> Void) throws {
    defer { noteLost(emit) }
    let step = try trainer.advance()
    epoch.note(step)
    noteLost(emit)
    if watchesForCollapse, monotonicSeconds() >= nextLook || step.endsEpoch {
      let found = profiled("gauges") { look(at: step) }
      if let gauges { emit(.gauges(gauges)) }
      if let found { emit(.collapse(found)) }
    }
    emit(.step(step))
    if step.endsEpoch { try endEpoch(step, until: shouldStop, emit) }
    // Before any checkpoint of the finished training: a resume would not fit them any more.
    if trainer.isFinished, fitsComponents { try trainer.fitComponents() }
    if step.endsEpoch { try keep(afterEpoch: step.epoch + 1) }
    let age = monotonicSeconds() - lastSave
    if folder != nil, age >= saveEvery || (step.endsEpoch && age >= Self.youngCheckpoint) { try save(emit) }
  }

  /// Reports the images that were lost since the last report. Their list is for people: a disk that is full stops nothing here.
  private func noteLost(_ emit: (TrainingEvent) -> Void) {
    let store = trainer.loader.store
    let items = store.lostImages
    guard items.count > lostReported else { return }
    try? folder?.list(skipped: store.bad.items + items)
    for item in items[lostReported...] { emit(.lost(path: item.path, reason: item.reason)) }
    lostReported = items.count
  }

  /// Once a second, or less often if it takes longer than a hundredth of that.
  private func look(at step: TrainingStep) -> Collapse? {
    let before = monotonicSeconds()
    guard let gauges = Self.gauges(step.output) else { return nil }
    self.gauges = gauges
    let kind = watch.note(gauges, step: trainer.step)
    let now = monotonicSeconds()
    nextLook = now + max(1, 100 * (now - before))
    guard let kind else { return nil }
    collapse = kind
    return Collapse(kind: kind, gauges: gauges, firstRank: watch.firstRank)
  }

  /// The gauges of a batch's first outputs; nil if there are too few.
  private static func gauges(_ output: Tensor) -> CollapseGauges? {
    let (rows, dimension) = (min(gaugeRows, output.rows), output.channels)
    guard rows >= 2 else { return nil }
    return CollapseGauges(Array(output.values.prefix(rows * dimension)), dimension: dimension)
  }

  private func endEpoch(
    _ step: TrainingStep, until shouldStop: () -> Bool, _ emit: (TrainingEvent) -> Void
  ) throws {
    var metrics = EpochMetrics(epoch: step.epoch + 1, step: trainer.step)
    (metrics.loss, metrics.rate) = (step.meanLoss, Double(step.rate))
    (metrics.std, metrics.rank) = (gauges?.spread, gauges?.effectiveRank)
    metrics.centre = gauges?.centre
    (metrics.imagesPerSecond, metrics.waiting) = (imagesPerSecond, waiting)
    metrics.collapse = collapse?.rawValue
    if let measure, (step.epoch + 1) % measureEvery == 0 || trainer.isFinished {
      // If stopped here the epoch has no accuracy, and the next check of `shouldStop` ends the training.
      do {
        let share = try profiledWhole(measure.name) {
          try measure.share(network) { _ in if shouldStop() { throw Stopped() } }
        }
        metrics.note(share, of: measure)
      } catch is Stopped {}
    }
    (metrics.seconds, metrics.cpuSeconds) = (epoch.seconds, epoch.cpuSeconds)
    try folder?.append(metrics)
    emit(.epoch(metrics))
    (epoch, collapse) = (EpochTimes(), nil)
  }

  /// Writes the encoder under a name of its own if that is asked for after this epoch, with components like the last.
  private func keep(afterEpoch epoch: Int) throws {
    guard let folder, let keepEvery, epoch % keepEvery == 0 else { return }
    var kept = trainer
    if kept.components == nil, fitsComponents { try kept.fitComponents() }
    try encoder(of: kept).write(to: folder.encoder(afterEpoch: epoch))
  }

  /// Epoch 0: the first checkpoint, and the baselines of what is measured.
  private func measureBeginning(until shouldStop: () -> Bool, _ emit: (TrainingEvent) -> Void) throws {
    try save(emit)
    let encoder = network
    let metrics =
      try measure.map { measure in
        try profiledWhole(measure.name) {
          try measure.baselines(
            normalization: encoder.normalization, size: encoder.configuration.encoder.size,
            untrained: { try encoder.untrained(calibratedOn: trainer.loader.store) },
            progress: { done, total in
              emit(.measuring(done: done, of: total))
              if shouldStop() { throw Stopped() }
            })
        }
      } ?? EpochMetrics(epoch: 0, step: 0)
    try folder?.truncateMetrics(after: -1)
    try folder?.append(metrics)
    emit(.epoch(metrics))
    epoch = EpochTimes()
  }

  private func save(_ emit: (TrainingEvent) -> Void) throws {
    try trainer.requireFinite()
    guard let folder else { return }
    savingFailed = true
    try profiled("checkpoint") { () throws(FileError) in
      try trainer.save(to: folder.checkpoint)
      try encoder.write(to: folder.encoder)
    }
    savingFailed = false
    (lastSave, savedStep) = (monotonicSeconds(), trainer.step)
    emit(.checkpoint(position))
  }
}
