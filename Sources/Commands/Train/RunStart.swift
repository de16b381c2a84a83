import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// What `siam train` starts with.
struct RunStart {
  /// The network's training; nil for patch features alone.
  let trainer: Trainer?
  let store: ImageStore
  let record: RunRecord
}

/// Where `siam train` starts: at the beginning of a new run, or where an earlier one stopped.
extension TrainCommand {
  /// Checks that the run folder is usable, and that nothing is overwritten without consent.
  func check(_ folder: RunFolder) throws {
    do {
      try folder.check(for: resume ? .resume : .begin(replacing: overwrite))
    } catch RunFolderError.noRun(let path) {
      throw UsageError("\(RunFolderError.noRun(path: path))")
    } catch RunFolderError.holdsRun(let path) {
      throw Failure(
        .cannotCreate,
        "\(RunFolderError.holdsRun(path: path)); --resume continues it, --overwrite replaces it")
    }
  }

  /// Locks the folder against other trainings, then checks again: its contents may have changed meanwhile.
  func claimed(_ folder: RunFolder) throws -> FileLock {
    let claim = try folder.claim()
    try check(folder)
    return claim
  }

  /// Checks that a new run's events will not be mixed with others.
  private func checkEvents() throws {
    guard let tensorboard, try EventFile.has(in: tensorboard), !overwrite else { return }
    throw Failure(
      .cannotCreate,
      "\(printable(tensorboard)): already holds event files; name another folder, or replace Siam's by --overwrite"
    )
  }

  /// A new run. Its folder is created only after all checks.
  func begun(
    _ folder: RunFolder, _ claim: inout FileLock?, showing live: inout LiveLine
  ) throws -> RunStart? {
    try checkEvents()
    let rules = reading.images.reading.rules
    let tables = try labels.tables()
    let images = try ImageFolder(root, rules, labels: tables.train)
    try requireNoParts(images)
    let testImages = try test.map { try ImageFolder($0, rules, labels: tables.test) }
    try checkTest(testImages, train: images)
    let memory = reading.memory ?? ReadingOptions.defaultMemory
    let sample = try ImageSample(of: images, count: 64, seed: 0, reading: reading.images.reading)
    let network = try from.map { try trainedEncoder(of: $0).network(path: $0) }
    var configuration = try options.configuration(for: sample, from: network?.configuration)
    if keepEvery != nil, configuration.isPatches {
      throw UsageError("--keep-every is for networks: patch features are found in no epochs")
    }
    var plan = options.time.map { TrainingPlan(within: $0, given: options.givenNames) }
    if configuration.fitsPatches {
      plan?.choosePatches(
        in: &configuration, images: images.entries.count, suitable: sample.views.size())
      if let reason = configuration.refusal { throw UsageError(reason) }
    }
    let store = try readImages(
      images, reading.images.reading, for: configuration, memory: memory, cache: reading.cache,
      showing: &live)
    try requirePair(store)
    try checkQueries(testImages, train: store, configuration, reading.images.reading, showing: &live)
    let askedBatch = configuration.batch
    configuration.fit(to: store.count)
    useMemory(for: "the network and its training")
    var trainer = configuration.isPatches ? nil : Trainer(configuration, store: store, from: network)
    if let some = trainer, plan != nil {
      live.show("measuring the speed of some steps")
      trainer = try plan?.chooseEpochs(of: some, in: &configuration)
      live.erase()
      if trainer == nil {
        if let option = from != nil ? "--from" : keepEvery != nil ? "--keep-every" : nil {
          throw UsageError("\(option): no time for a network beside patch features; give more --time")
        }
        // No time for a network. The pictures are read, so that the size stays.
        configuration = configuration.patchesAlone
        plan?.choosePatches(
          in: &configuration, images: store.count, suitable: sample.views.size(),
          keeping: ["--size", "--" + Patches.scales.name])
      }
    }
    let unread = store.bad.items
    let skipped = unread.isEmpty ? "" : "; the bad ones are listed in \(printable(folder.skipped))"
    Output.standard.line(store.summary + skipped)
    if let trainer, configuration.batch < askedBatch {
      Output.standard.line("the batch is cut to the \(trainer.loader.store.count) pictures available")
    }
    var beginning: [String] = []
    if configuration.fitsPatches {
      beginning = TrainingReport.beginning(ofPatches: configuration, images: store.count)
    }
    if let trainer {
      beginning += TrainingReport(trainer).beginning(parameters: trainer.parameters.layout.count)
    }
    let origin = network.flatMap { network in from.map { RunRecord.Origin($0, network) } }
    if let origin { beginning.append(TrainingReport.origin(origin)) }
    if let plan { beginning.append(plan.expectation) }
    for line in beginning { Output.standard.line(line) }
    let measure = OnlineMeasure(store, recipe: configuration.recipe, seed: configuration.seed)
    let words = Array(programWords().dropFirst())
    if let plan { Output.standard.line(plan.repeating(words)) }
    var record = RunRecord(
      program: "siam \(VersionCommand.version)", command: words,
      configuration: configuration, images: .init(store), reading: reading.images.reading, test: test,
      knnEvery: knnEvery ?? measure?.defaultInterval ?? 1,
      saveEverySeconds: saveEvery ?? TrainingSession.defaultSaveEvery, memoryMegabytes: memory)
    (record.from, record.keepEvery, record.testLabels) = (origin, keepEvery, labels.testFile)
    record.tensorboard = tensorboard
    if !reports { record.report = false }
    if claim == nil { claim = try claimed(folder) }
    if let tensorboard { try EventFile.removeAll(in: tensorboard) }
    try folder.begin(
      record, bad: unread, manifest: store.manifest, images: images, test: testImages, from: network)
    return RunStart(trainer: trainer, store: store, record: record)
  }

  /// The run in the folder as its last checkpoint left it; nil when it is finished.
  func resumed(
    _ folder: RunFolder, showing live: inout LiveLine
  ) throws -> RunStart? {
    var run = try EarlierRun(folder)
    let record = run.record
    try options.check(against: record.configuration, images: record.images.count)
    try requireSameReading(as: record)
    if let from, from != record.from?.path {
      throw UsageError(
        "--from \(quoted(from)): the run to resume began with \(record.from.map { printable($0.path) } ?? "random weights")"
      )
    }
    let ownLabels = try ownLabels(of: run)
    if run.isFinished, !options.isTimeGiven, options.epochs.map({ $0 <= record.configuration.epochs }) ?? true
    {
      try requireOwnImages(of: run, ownLabels, showing: &live)
      try run.completeEncoder()
      Output.standard.line(
        "\(printable(folder.path)): already finished"
          + (record.configuration.isPatches ? "" : ", after \(count(record.configuration.epochs, "epoch"))"))
      return nil
    }
    let testImages = try testImages(of: &run)
    if let knnEvery { run.record.knnEvery = knnEvery }
    if let tensorboard { run.record.tensorboard = tensorboard }
    if let keepEvery { run.record.keepEvery = keepEvery }
    if let saveEvery { run.record.saveEverySeconds = saveEvery }
    if reading.images.isStrict { run.record.reading.isStrict = true }
    if let share = reading.images.maximumBadShare { run.record.reading.maximumBadShare = share }
    if let memory = reading.memory { run.record.memoryMegabytes = memory }
    let images = try ImageFolder(root, run.record.reading.rules, labels: ownLabels)
    try checkTest(testImages, train: images)
    let store = try readImages(
      images, run.record.reading, for: record.configuration, memory: run.record.memoryMegabytes,
      cache: reading.cache, showing: &live)
    try requirePair(store)
    let own = try run.images(of: store)
    try checkQueries(testImages, train: own, record.configuration, run.record.reading, showing: &live)
    try sayMissing(own, among: store, in: folder)
    var trainer = record.configuration.isPatches ? nil : try run.trainer(on: own)
    Output.standard.line(store.summary)
    if let changed = try trainer.flatMap(changedEpochs) {
      run.change(epochs: changed.configuration.epochs)
      trainer = changed
    }
    Output.standard.line(
      trainer.map { "resuming after step \($0.step) of \($0.totalSteps)" }
        ?? "patch features have no steps to resume from: fitting from the beginning")
    if record.kernels != kernelVariant {
      Output.error.line(
        "the run began on \(record.kernels) kernels and continues with \(kernelVariant): the bits will differ"
      )
    }
    if test != nil { try folder.keep(labelsOf: testImages, in: folder.testLabels) }
    try run.noteResume(of: trainer)
    return RunStart(trainer: trainer, store: own, record: run.record)
  }

  /// Checks that the options given read the pictures as the run did; only what says when to stop may change.
  private func requireSameReading(as record: RunRecord) throws(UsageError) {
    var asked = reading.images.reading
    (asked.isStrict, asked.maximumBadShare) = (record.reading.isStrict, record.reading.maximumBadShare)
    var plain = ImageReading()
    (plain.isStrict, plain.maximumBadShare) = (asked.isStrict, asked.maximumBadShare)
    guard asked == record.reading || asked == plain else {
      throw UsageError(
        "the run to resume read its pictures with other options (config.json, reading), and keeps them")
    }
  }

  /// Says which pictures of the run are missing or changed, and which are new.
  ///
  /// - Throws: `ImageError` and `TooManyBadImages` if the run cannot go on without them.
  private func sayMissing(_ ofRun: ImageStore, among store: ImageStore, in folder: RunFolder) throws {
    let (root, missing) = (printable(store.folder.root), ofRun.lostImages)
    if !missing.isEmpty {
      let are = missing.count == 1 ? "is" : "are"
      Output.error.line(
        "\(root): \(count(missing.count, "picture")) of the run \(are) missing or changed; other pictures take their places"
      )
      for line in itemLines(missing) { Output.error.line(line) }
    }
    let known = Set(ofRun.folder.entries.map { Array($0.path.utf8) })
    let new = store.paths.count { !known.contains(Array($0.utf8)) }
    if new > 0 {
      Output.error.line("\(root): \(count(new, "picture")) left out that the run did not begin with")
    }
    try ofRun.requireEnough()
    try folder.list(skipped: ofRun.bad.items + missing)
  }

  /// A training with the epochs that --epochs or --time ask for; nil if they are as they were.
  private func changedEpochs(_ trainer: Trainer) throws -> Trainer? {
    var changed = trainer
    if let epochs = options.epochs {
      guard epochs * trainer.stepsPerEpoch >= trainer.step else {
        throw UsageError(
          "--epochs \(epochs): the run to resume has completed \(count(trainer.epoch, "epoch"))")
      }
      changed.change(epochs: epochs)
    } else if options.isTimeGiven, let time = options.time {
      changed = try TrainingPlan.extended(trainer, within: time)
    }
    let (before, after) = (trainer.configuration.epochs, changed.configuration.epochs)
    guard before != after else { return nil }
    Output.standard.line(
      "\(count(after, "epoch")) in place of \(before): from step \(trainer.step) on the rates follow the cosine over "
        + "\(after), from \(changed.nextRate.argument) in place of \(trainer.nextRate.argument)")
    return changed
  }

  private func requirePair(_ store: ImageStore) throws {
    guard store.count < 2 else { return }
    let message =
      "\(printable(root)): \(count(store.count, "usable picture")); training needs two or more"
    throw store.bad.isEmpty ? UsageError(message) as any Error : Failure(.badData, message)
  }

  /// Checks the test folder before the training rather than after it.
  private func checkTest(_ queries: ImageFolder?, train: ImageFolder) throws {
    guard let queries else { return }
    for folder in [train, queries] where folder.classes.isEmpty {
      throw UsageError(
        "--test: \(printable(folder.root)) has no class folders, so the features cannot be judged")
    }
    try requireNoParts(queries)
    try requireApart(train, queries)
  }

  /// Reads the test pictures once before the training, and refuses those that are all among its own; some are left out.
  private func checkQueries(
    _ test: ImageFolder?, train: ImageStore, _ configuration: TrainingConfiguration, _ reading: ImageReading,
    showing live: inout LiveLine
  ) throws {
    guard let test else { return }
    let queries = try ImageStore(
      test, reading: reading, reduction: configuration.reduction, memory: 0,
      cache: self.reading.cache
    ) { done in
      try Interruption.check()
      live.show("\(printable(test.root)): reading pictures, \(done)")
    }
    live.erase()
    try requireQueries(EvaluationSides(train: train, test: queries))
  }

  /// Checks that a finished run is asked about with its own pictures; they are read only if the folder is another.
  private func requireOwnImages(
    of run: EarlierRun, _ labels: LabelTable?, showing live: inout LiveLine
  ) throws {
    let images = try ImageFolder(root, run.record.reading.rules, labels: labels)
    if let own = realPath(run.record.images.root), own == images.realRoot {
      return try run.requireSomeImages(of: images)
    }
    _ = try run.images(
      of: readImages(
        images, run.record.reading, for: run.record.configuration, memory: run.record.memoryMegabytes,
        cache: reading.cache, showing: &live))
  }
}
