public import SiamDatasets
import SiamFiles
import SiamImages
public import SiamMethods

/// A training cannot be started as configured.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The configuration describes no valid network or training.
  case impossible(reason: String)
  /// There are fewer than two usable images.
  case tooFewImages(path: String, count: Int)

  /// The error message.
  public var description: String {
    switch self {
    case .impossible(let reason): "the configuration is impossible: \(reason)"
    case .tooFewImages(let path, let count):
      "\(printable(path)): usable pictures: \(count); training needs two or more"
    }
  }
}

extension TrainingSession {
  /// Creates a session for a new training, with online k-NN if the images have classes, else view retrieval.
  ///
  /// - Parameters:
  ///   - configuration: a batch larger than the store is cut to it.
  ///   - folder: where the run is written, locked against other trainings while the session lives; nil writes
  ///     nothing.
  ///   - replacing: whether to replace a run that is already in the folder.
  ///   - knnEvery: epochs between two of these measurements; nil lets them take about a twentieth of the time.
  ///   - saveEvery: seconds between two checkpoints.
  ///   - keepEvery: epochs from one encoder that is kept in a file of its own to the next; nil keeps none.
  ///   - beginning: the encoder to begin with, of the configuration's architecture; nil begins at random.
  /// - Throws: `TrainingError`, `RunFolderError` and `RunInUse` if the folder is unusable, `FileError`.
  public convenience init(
    _ configuration: TrainingConfiguration, on store: ImageStore, in folder: RunFolder? = nil,
    replacing: Bool = false, knnEvery: Int? = nil, saveEvery: Double = defaultSaveEvery,
    keepEvery: Int? = nil, from beginning: TrainedEncoder? = nil
  ) throws {
    guard store.count >= 2 else {
      throw TrainingError.tooFewImages(path: store.folder.root, count: store.count)
    }
    var configuration = configuration
    configuration.fit(to: store.count)
    if let reason = configuration.impossibility { throw TrainingError.impossible(reason: reason) }
    guard !configuration.fitsPatches else {
      throw TrainingError.impossible(reason: "patch features are fitted, not trained in steps")
    }
    let network = try beginning?.network(path: "the encoder to begin with")
    if let network, let reason = configuration.encoder.refusal(toBeginWith: network.configuration.encoder) {
      throw TrainingError.impossible(reason: reason)
    }
    let trainer = Trainer(configuration, store: store, from: network)
    let measure = OnlineMeasure(store, recipe: configuration.recipe, seed: configuration.seed)
    var record = RunRecord(
      program: "Siam", command: CommandLine.arguments, configuration: configuration, images: .init(store),
      reading: .init(store), test: nil, knnEvery: knnEvery ?? measure?.defaultInterval ?? 1,
      saveEverySeconds: saveEvery, memoryMegabytes: 512)
    record.keepEvery = keepEvery
    record.from = network.map { RunRecord.Origin("", $0) }
    try folder?.check(for: .begin(replacing: replacing))
    let claim = try folder?.claim()
    try folder?.check(for: .begin(replacing: replacing))
    try folder?.begin(
      record, bad: store.bad.items, manifest: store.manifest, images: store.folder, from: network)
    self.init(
      trainer, in: folder, measure: measure, measureEvery: record.knnEvery, saveEvery: saveEvery,
      keepEvery: keepEvery, claim: claim)
  }

  /// Creates a session that resumes the run in a folder from its last checkpoint, and ends with the same bits as
  /// without the interruption.
  ///
  /// Images that are missing or changed by now are left out: each gives its place to another.
  ///
  /// - Parameter store: the images that the run began with, read in the same way.
  /// - Throws: `RunFolderError` if there is no run, `RunInUse` if it is being trained, `CheckpointError` if one of its files
  ///   is damaged or the images differ, `FileError`.
  public convenience init(resuming folder: RunFolder, on store: ImageStore) throws {
    try folder.check(for: .resume)
    let claim = try folder.claim()
    var run = try EarlierRun(folder)
    guard !run.record.configuration.fitsPatches else {
      throw CheckpointError.malformed(
        path: folder.config, reason: "a run of patch features, which have no steps to continue from")
    }
    let trainer = try run.trainer(on: store)
    try trainer.loader.store.requireEnough()
    if run.isFinished { try run.completeEncoder() } else { try run.noteResume(of: trainer) }
    let configuration = trainer.configuration
    let measure = OnlineMeasure(store, recipe: configuration.recipe, seed: configuration.seed)
    self.init(
      trainer, in: folder, measure: measure, measureEvery: run.record.knnEvery,
      saveEvery: run.record.saveEverySeconds, keepEvery: run.record.keepEvery, claim: claim)
  }
}

extension ImageReading {
  /// The default decoding, which skips bad images up to the default share.
  fileprivate init(_ store: ImageStore) {
    let options = store.options
    self.init(
      isStrict: options.strict, maximumPixels: options.maximumPixels, wideGrey: options.wideGrey,
      appliesOrientation: options.appliesOrientation, isExact: options.reduction == nil)
    rules = store.folder.rules
  }
}
