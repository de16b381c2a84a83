import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamReport
import SiamTensors
import SiamTraining

/// Learns features: `siam train ROOT -o RUN [--test ROOT]`.
struct TrainCommand: Command {
  static let name = "train"
  static let summary = "Train an encoder on a folder of pictures, without labels."
  static let details = """
    The default finds patch features in closed form and trains a network beside them in the time that is left; --method \
    chooses one of them alone, or another way to train the network.

    The run folder gets config.json (every choice), metrics.jsonl (one line per epoch), checkpoint.safetensors (to resume \
    from), patches.safetensors (what stands beside a network), encoder.safetensors (to use) and report.html (to look at in a \
    browser). Class folders are used to judge the features, never to learn them.

    A network learns as long as the loss falls below chance, std (std·√d of the outputs) stays near 1 and rank (their \
    effective rank) does not fall; knn is the share of held-out training pictures that their neighbours classify correctly.

    Ctrl-C finishes the step, writes the checkpoint and exits with 130. --resume continues from there with the run's own \
    choices, and ends with the same bits as if it had never stopped.
    """
  static let examples = [
    UsageExample(
      "siam train pictures -o runs/first",
      "patch features, in ten minutes at most"),
    UsageExample(
      "siam train pictures -o runs/simsiam --method simsiam --time 1h",
      "a network by SimSiam, with as many epochs as an hour allows"),
    UsageExample(
      "siam train others -o runs/others --from runs/first",
      "starts from the network of an earlier run"),
    UsageExample(
      "siam train pictures -o runs/simsiam --resume",
      "continues where the run was interrupted"),
  ]

  let root, output: String
  let test, from: String?
  let labels: LabelOptions
  let options: TrainingOptions
  let knnEvery, keepEvery: Int?
  let saveEvery: Double?
  let tensorboard: String?
  let overwrite, resume, profiles: Bool
  /// Whether the run ends with a page in its folder.
  let reports: Bool
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder of pictures, in folders of their classes or flat")
    output = try arguments.required("--output", short: "-o", value: "RUN", help: "the run folder")
    test = try arguments.option(
      "--test", value: "ROOT", as: String.self, otherwise: "a held-out slice",
      help: "pictures to judge the features with at the end, in folders of the same classes")
    labels = try LabelOptions(&arguments, of: "ROOT", test: test)
    resume = arguments.flag("--resume", help: "continue the run in RUN with its own options")
    overwrite = arguments.flag("--overwrite", help: "replace the run in RUN")
    from = try arguments.option(
      "--from", value: "ENCODER", as: String.self, otherwise: "random weights",
      help:
        "start from the network of a run, or of an encoder.safetensors: its architecture and weights; projector and "
        + "predictor are drawn anew, and patch features are fitted anew")
    options = try TrainingOptions(&arguments)
    arguments.section("While it runs")
    knnEvery = try arguments.option(
      "--knn-every", value: "EPOCHS", otherwise: "so that it takes about 5 % of the time",
      in: .atLeast(1),
      help: "epochs between online k-NN evaluations on held-out training pictures, or of view retrieval "
        + "where there are no classes")
    saveEvery = try arguments.option(
      "--save-every", value: "SECONDS", otherwise: TrainingSession.defaultSaveEvery.argument, in: .atLeast(0),
      help: "seconds between checkpoints; another is written at an epoch's end if the last is older than "
        + "\(TrainingSession.youngCheckpoint.argument)")
    keepEvery = try arguments.option(
      "--keep-every", value: "EPOCHS", as: Int.self, otherwise: "only the last", in: .atLeast(1),
      help:
        "also keep the encoder every so many epochs, as encoder-epoch-0010.safetensors in the run folder"
    )
    tensorboard = try arguments.option(
      "--tensorboard", value: "FOLDER", as: String.self, otherwise: "none",
      help:
        "also write the loss, the rate, the gauges and k-NN as event files for TensorBoard; a resumed run continues them"
    )
    profiles = arguments.flag(
      "--profile", help: "at the end, print a time profile by stage and layer on standard error")
    reports = !arguments.flag("--no-report", help: "at the end, write no report.html into the run folder")
    reading = try ReadingOptions(&arguments)
    if resume && overwrite { throw UsageError("--resume and --overwrite exclude each other") }
  }

  func run() throws {
    Interruption.watch(announcing: Terminal(.error).isInteractive)
    reading.useThreads()
    try profiles ? ProfileTable.printed(of: train) : train()
  }

  private func train() throws {
    let folder = RunFolder(output)
    try check(folder)
    // An existing folder is claimed at once; a new one is created only after all checks.
    var claim = try isFolder(folder.path) ? claimed(folder) : nil
    var live = LiveLine(on: .standard)
    guard let start = try resume ? resumed(folder, showing: &live) : begun(folder, &claim, showing: &live)
    else { return }
    let (store, record) = (start.store, start.record)
    let measure = OnlineMeasure(
      store, recipe: record.configuration.recipe, seed: record.configuration.seed)
    if case .retrieval = measure { Output.standard.line(TrainingReport.withoutKNN(store)) }
    useMemory(for: "the training, in batches of \(record.configuration.batch)")
    live.erase()
    let encoder = try learned(start, measure, in: folder)
    Output.standard.line("\(printable(folder.path)): trained; encoder.safetensors is the encoder for use")
    do {
      try profiledWhole("comparison") { try show(encoder, store, record, in: folder) }
    } catch let error as Interrupted {
      throw Failure(.signal(error.signal), "\(error); the training itself is complete")
    }
  }

  /// What is said of the features at the end.
  private struct Ending {
    var comparison: Comparison?
    var retrieval: RetrievalComparison?
    var page: ReportPage?
    var leaks = LeakNotes()
  }

  /// Judges the features, prints the table, and writes the page.
  private func show(
    _ encoder: TrainedEncoder, _ store: ImageStore, _ record: RunRecord, in folder: RunFolder
  ) throws {
    var live = LiveLine(on: .standard)
    let test = try record.test.map { root in
      try readImages(
        try ImageFolder(root, record.reading.rules, labels: folder.testLabels(of: record)), record.reading,
        for: record.configuration,
        memory: record.memoryMegabytes, cache: reading.cache, showing: &live)
    }
    useMemory(for: "the comparison of features")
    let ending = try onPresent(store, test) { train, test in
      let ending = try judged(encoder, train, test, record, in: folder, showing: &live)
      try requireComplete(train, test)
      try folder.list(skipped: train.bad.items)
      return ending
    }
    let width = Terminal.room(on: .standard)
    for line in ending.leaks.lines { Output.error.line(line) }
    if let comparison = ending.comparison {
      Output.standard.line()
      for line in comparison.lines(of: encoder.configuration, within: width) { Output.standard.line(line) }
    }
    if let retrieval = ending.retrieval {
      let lines = retrieval.lines(of: encoder.configuration, givingVerdict: true, within: width)
      for line in [""] + lines { Output.standard.line(line) }
    }
    guard let page = ending.page else { return }
    try writeFile(folder.report, page.html)
    Output.standard.line()
    Output.standard.line("\(printable(folder.report)): what was learned, to open in a browser")
  }

  /// By k-NN, or without classes by view retrieval.
  private func judged(
    _ encoder: TrainedEncoder, _ train: ImageStore, _ test: ImageStore?, _ record: RunRecord,
    in folder: RunFolder, showing live: inout LiveLine
  ) throws -> Ending {
    defer { live.erase() }
    var ending = Ending()
    let hasClasses = train.classesInUse.count > 1
    let sides = EvaluationSides(train: train, test: test)
    if hasClasses, sides.queries.count > 0 {
      ending.comparison = try Comparison(
        train: train, test: test, votes: EvalCommand.defaultVotes, mapSide: EvalCommand.defaultMapSide)
      try ending.leaks.noteNearCopies(of: sides, showing: &live)
    } else {
      if hasClasses {
        Output.error.line("every picture that could judge has its pixels among those that vote")
      }
      ending.retrieval = RetrievalComparison(train, for: encoder, mapSide: EvalCommand.defaultMapSide)
    }
    if reports, record.report != false {
      let run = try ReportedRun(folder, record, encoder: encoder, train: train, test: test)
      let page = try ReportCommand.page(of: [run], showing: &live)
      ending.comparison?.take(page.rows[0])
      ending.retrieval?.take(page.retrievals[0])
      ending.page = page
    } else if let bank = ending.comparison?.evaluation.bank {
      let features = try ComparedFeatures(encoder, bank: bank, showing: &live)
      try ending.comparison?.judge(features, showing: &live)
    }
    if ending.page == nil, let images = ending.retrieval?.retrieval.images {
      let features = try ComparedFeatures(encoder, bank: images, showing: &live)
      try ending.retrieval?.judge(features, showing: &live)
    }
    return ending
  }
}
