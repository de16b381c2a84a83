import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// Learns features: `siam train ROOT -o RUN [--test ROOT]`.
struct TrainCommand: Command {
  static let name = "train"
  static let summary = "Train an encoder on a folder of pictures, without labels."
  static let details = """
    The run folder gets config.json (every choice), metrics.jsonl (a line an epoch), checkpoint.safetensors (to go on \
    from) and encoder.safetensors (to use). Class folders are used to judge the features, never to learn them.

    Ctrl-C finishes the step, writes the checkpoint and exits with 130. --resume goes on from there with the run's own \
    choices, and ends with the same bits as if it had never stopped.
    """

  let root, output: String
  let test: String?
  let options: TrainingOptions
  let knnEvery: Int?
  let saveEvery: Double?
  let overwrite, resume, profiles: Bool
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder of pictures, in folders of their classes or flat")
    output = try arguments.required("--output", short: "-o", value: "RUN", help: "the run folder")
    test = try arguments.option(
      "--test", value: "ROOT", as: String.self, otherwise: "a held-out slice",
      help: "pictures to judge the features with at the end, in folders of the same classes")
    resume = arguments.flag("--resume", help: "go on with the run in RUN, with its own choices")
    overwrite = arguments.flag("--overwrite", help: "replace the run in RUN")
    options = try TrainingOptions(&arguments)
    arguments.section("While it runs")
    knnEvery = try arguments.option(
      "--knn-every", value: "EPOCHS", otherwise: "so that it takes about a twentieth of the time",
      in: .atLeast(1), help: "epochs between two online k-NN on held-out training pictures")
    saveEvery = try arguments.option(
      "--save-every", value: "SECONDS", otherwise: TrainingSession.defaultSaveEvery.argument, in: .atLeast(0),
      help: "seconds between two checkpoints; another is written at an epoch's end if the last is older than "
        + "\(TrainingSession.youngCheckpoint.argument)")
    profiles = arguments.flag(
      "--profile", help: "say on standard error at the end where the time went, by stage and layer")
    reading = try ReadingOptions(&arguments)
    if resume && overwrite { throw UsageError("--resume and --overwrite exclude each other") }
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    try profiles ? ProfileTable.printed(of: train) : train()
  }

  private func train() throws {
    let folder = RunFolder(output)
    try check(folder)
    // Taken as soon as there is a folder to take: a new one is made when all that can be checked has been.
    var claim = try isFolder(folder.path) ? claimed(folder) : nil
    var live = LiveLine(on: .standard)
    let begun = try resume ? resumed(folder, showing: &live) : begun(folder, &claim, showing: &live)
    guard let (trainer, record) = begun else { return }
    let store = trainer.loader.store
    let knn = OnlineKNN(store, seed: trainer.configuration.seed)
    if knn == nil { Output.standard.line(Self.withoutKNN(store)) }
    let session = TrainingSession(
      trainer, in: folder, knn: knn, knnEvery: record.knnEvery, saveEvery: record.saveEverySeconds)
    try run(session, TrainingDisplay(session, on: live))
    Output.standard.line("\(printable(folder.path)): trained; encoder.safetensors is the encoder for use")
    guard store.classesInUse.count > 1 else { return }
    do {
      try profiledWhole("comparison") { try compare(session.encoder, store, record) }
    } catch let error as Interrupted {
      throw Failure(.signal(error.signal), "\(error); the training itself is complete")
    }
  }

  /// Trains to the end.
  ///
  /// - Throws: `Failure` if a signal or a divergence ended it before.
  private func run(_ session: TrainingSession, _ display: consuming TrainingDisplay) throws {
    do {
      try session.run(
        until: { Interruption.signal != nil }, listener: { display.show($0, of: session) })
    } catch let error as Diverged {
      throw Failure(
        .badData,
        "\(error); the last checkpoint is that of step \(session.savedStep) of \(session.position.totalSteps)"
      )
    }
    let position = session.position
    guard !position.isFinished, let signal = Interruption.signal, let folder = session.folder else { return }
    throw Failure(
      .signal(signal),
      "\(Interrupted(signal: signal)) after step \(position.step) of \(position.totalSteps); to go on: "
        + resumption(folder))
  }

  /// Makes sure that nothing is lost which the user did not give up.
  private func check(_ folder: RunFolder) throws {
    let path = printable(folder.path)
    if resume && fileExists(folder.config) { return }  // it says itself what is wrong with it
    switch try folder.occupant() {
    case .nothing:
      if resume { throw UsageError("\(path): no run to resume") }
    case .somethingElse where resume: throw UsageError("\(path): no run to resume")
    case .run:
      if !resume && !overwrite {
        throw Failure(
          .cannotCreate, "\(path): holds a run already; --resume goes on with it, --overwrite replaces it")
      }
    case .somethingElse:
      throw Failure(.cannotCreate, "\(path): holds something else than a run, and is left as it is")
    }
  }

  /// Keeps other trainings out of the folder; what stands there may have changed until then.
  private func claimed(_ folder: RunFolder) throws -> FileLock {
    let claim = try folder.claim()
    try check(folder)
    return claim
  }

  /// A new run: its folder is made when all that can be checked has been.
  private func begun(
    _ folder: RunFolder, _ claim: inout FileLock?, showing live: inout LiveLine
  ) throws -> (Trainer, RunRecord)? {
    let pictures = try ImageFolder(root)
    try checkTest(test, train: pictures)
    let memory = reading.memory ?? ReadingOptions.usualMemory
    let sample = try PictureSample(of: pictures, count: 64, seed: 0, options: reading.pictures)
    let store = try readPictures(
      pictures, reading.pictures, for: try options.configuration(for: sample, pictures: .max), memory: memory,
      cache: reading.cache, showing: &live)
    try requirePair(store)
    let configuration = try options.configuration(for: sample, pictures: store.count)
    let recipe = try Recipe(argument: configuration.recipe)
    let trainer = Trainer(configuration, recipe: recipe, store: store)
    let left = store.bad.items + store.folder.census.unreadable
    let skipped = left.isEmpty ? "" : "; the bad ones are listed in \(printable(folder.skipped))"
    Output.standard.line(store.summary + skipped)
    if configuration.batch < options.askedBatch(size: configuration.encoder.size) {
      Output.standard.line("the batch is cut to the \(store.count) pictures that there are")
    }
    for line in TrainingReport(trainer).beginning(parameters: trainer.parameters.layout.count, recipe: recipe)
    {
      Output.standard.line(line)
    }
    let record = RunRecord(
      program: "siam \(VersionCommand.version)", command: Array(CommandLine.arguments.dropFirst()),
      configuration: configuration, pictures: .init(store), reading: .init(reading.pictures), test: test,
      knnEvery: knnEvery ?? OnlineKNN(store, seed: configuration.seed)?.usualInterval ?? 1,
      saveEverySeconds: saveEvery ?? TrainingSession.defaultSaveEvery, memoryMegabytes: memory)
    if claim == nil { claim = try claimed(folder) }
    try folder.begin(record, bad: left)
    return (trainer, record)
  }

  /// The run in the folder, where its checkpoint stands; nil when it is finished.
  private func resumed(
    _ folder: RunFolder, showing live: inout LiveLine
  ) throws -> (Trainer, RunRecord)? {
    var record = try folder.record()
    // Killed before its first checkpoint, which comes before the first line of metrics, a run begins once more.
    let hasBegun = fileExists(folder.checkpoint) || fileExists(folder.metrics)
    let summary = try hasBegun ? CheckpointSummary(contentsOf: folder.checkpoint) : nil
    guard summary.map({ $0.configuration == record.configuration }) ?? true else {
      throw CheckpointError.malformed(
        path: folder.checkpoint, reason: "of another configuration than config.json's")
    }
    try options.check(against: record.configuration, pictures: record.pictures.count)
    let asked = RunRecord.Reading(reading.pictures)
    if asked != RunRecord.Reading(PictureOptions(record.reading))
      && asked != RunRecord.Reading(PictureOptions.usual)
    {
      throw UsageError(
        "the run to resume read its pictures by other options (config.json, reading), and keeps to them")
    }
    if let summary, summary.isFinished {
      try finishEncoder(folder)
      Output.standard.line(
        "\(printable(folder.path)): finished already, after \(count(summary.configuration.epochs, "epoch"))")
      return nil
    }
    if let test { record.test = test }
    if let knnEvery { record.knnEvery = knnEvery }
    if let saveEvery { record.saveEverySeconds = saveEvery }
    if let memory = reading.memory { record.memoryMegabytes = memory }
    let pictures = try ImageFolder(root)
    try checkTest(record.test, train: pictures)
    let store = try readPictures(
      pictures, PictureOptions(record.reading), for: record.configuration, memory: record.memoryMegabytes,
      cache: reading.cache, showing: &live)
    try requirePair(store)
    guard store.fingerprint == summary?.pictures ?? record.pictures.fingerprint else {
      throw CheckpointError.otherPictures(path: printable(root))
    }
    let recipe = try Recipe(argument: record.configuration.recipe)
    var trainer = Trainer(record.configuration, recipe: recipe, store: store)
    if hasBegun { try trainer.restore(from: folder.checkpoint) }
    Output.standard.line(store.summary)
    Output.standard.line("resuming after step \(trainer.step) of \(trainer.totalSteps)")
    if record.kernels != kernelVariant {
      Output.error.line(
        "the run began on \(record.kernels) kernels and goes on with \(kernelVariant): not to the same bits")
    }
    record.resumed.append(trainer.step)
    try folder.truncateMetrics(after: trainer.epoch)
    try folder.write(record)
    return (trainer, record)
  }

  /// The encoder of a finished run, if a kill came between the last checkpoint and the encoder that belongs to it.
  private func finishEncoder(_ folder: RunFolder) throws {
    let encoder = try TrainedEncoder(contentsOf: folder.checkpoint)
    if (try? readFile(folder.encoder)) != encoder.encoded { try encoder.write(to: folder.encoder) }
  }

  private func compare(_ encoder: TrainedEncoder, _ store: PictureStore, _ record: RunRecord) throws {
    var live = LiveLine(on: .standard)
    let test = try record.test.map { root in
      try readPictures(
        try ImageFolder(root), PictureOptions(record.reading), for: record.configuration,
        memory: record.memoryMegabytes, cache: reading.cache, showing: &live)
    }
    var comparison = try Comparison(
      train: store, test: test, votes: EvalCommand.usualVotes, mapSide: EvalCommand.usualMapSide)
    try comparison.judge(encoder, showing: &live)
    Output.standard.line()
    for line in comparison.header + [""] + comparison.table.lines { Output.standard.line(line) }
  }

  private func requirePair(_ store: PictureStore) throws {
    guard store.count < 2 else { return }
    let message =
      "\(printable(root)): \(count(store.count, "usable picture")); training needs two or more"
    throw store.bad.isEmpty ? UsageError(message) as any Error : Failure(.badData, message)
  }

  /// A test folder that cannot serve is better known before the training than after.
  private func checkTest(_ test: String?, train: ImageFolder) throws {
    guard let test else { return }
    let queries = try ImageFolder(test)
    for folder in [train, queries] where folder.classes.isEmpty {
      throw UsageError(
        "--test: \(printable(folder.root)) has no class folders, so there is nothing to judge by")
    }
  }

  private func resumption(_ folder: RunFolder) -> String {
    "siam train \(shellWord(root)) -o \(shellWord(folder.path)) --resume"
  }

  private static func withoutKNN(_ store: PictureStore) -> String {
    switch (store.labels, store.classesInUse.count) {
    case (nil, _): "no class folders: training goes without k-NN"
    case (_, 1): "one class only: training goes without k-NN"
    default: "fewer than 10 pictures: training goes without online k-NN"
    }
  }
}

extension RunRecord.Reading {
  init(_ options: PictureOptions) {
    self.init(
      strict: options.isStrict, maximumBadShare: options.maximumBadShare,
      maximumPixels: options.decoding.maximumPixels,
      wideGrey: (options.decoding.wideGrey == .clip ? PictureOptions.WideGrey.clip : .high).rawValue,
      appliesOrientation: options.decoding.appliesOrientation, isExact: options.isExact)
  }
}

/// A name as a shell takes it for one word.
func shellWord(_ name: String) -> String {
  let plain = name.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+:@%,=".utf8.contains(byte)
    }
  }
  if plain, !name.isEmpty, !name.hasPrefix("-") { return name }
  let parts = name.split(separator: "'", omittingEmptySubsequences: false).map { printable(String($0)) }
  return (name.hasPrefix("-") ? "./" : "") + "'\(parts.joined(separator: "'\\''"))'"
}
