import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamReport
import SiamTensors
import SiamTraining

/// Writes a page that shows runs: `siam report RUN [RUN …] -o report.html`.
struct ReportCommand: Command {
  static let name = "report"
  static let summary = "Write a page that shows what runs have learned, to open in a browser."
  static let details = """
    One file that needs no network: the course of the training, the judgement of `siam eval`, a map of the pictures with \
    their neighbours by raw pixels, by the untrained and by the trained encoder, confident mistakes, the closest pairs, the \
    loneliest pictures, clusters, augmented views and the first layer's filters. Several runs stand side by side.

    The page shows up to \(ReportPage.mostPictures) pictures. Of more it shows a random sample, always the same; the \
    judgement is still that of all.
    """
  static let examples = [
    UsageExample(
      "siam report runs/first -o report.html",
      "one run, its pictures where the training found them"),
    UsageExample(
      "siam report runs/first runs/second -o report.html --test pictures/test",
      "two runs side by side, judged on other pictures"),
    UsageExample(
      "siam report encoder.safetensors -o report.html --train pictures", "an encoder that was imported"),
  ]

  let runs: [String]
  let output: String
  let train, test: String?
  let labels: LabelOptions
  let overwrite: Bool
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    runs = try arguments.positionals(
      "RUN", help: "run folders that `siam train` has made, or encoder files (with --train)")
    output = try arguments.required(
      "--output", short: "-o", value: "FILE", help: "the page to write, an .html file")
    train = try arguments.option(
      "--train", value: "ROOT", as: String.self, otherwise: "where the training found them",
      help: "the pictures that the runs learned from, if they have moved")
    test = try arguments.option(
      "--test", value: "ROOT", as: String.self, otherwise: "the training's, or a held-out slice",
      help: "other pictures to judge the features with, in folders of the same classes")
    labels = try LabelOptions(&arguments, of: "--train", test: test, followsRun: true)
    overwrite = arguments.flag("--overwrite", help: "replace the page if it exists")
    reading = try ReadingOptions(&arguments, followsRun: true)
    try arguments.require(output, toEndIn: ".html")
  }

  /// The pictures of a run; where they are no more, the error says what to do.
  private func pictures(
    _ root: String, _ labels: LabelTable?, _ reading: ReadingOptions,
    for configuration: TrainingConfiguration,
    showing live: inout LiveLine
  ) throws -> ImageStore {
    do {
      return try reading.store(root, labels: labels, for: configuration, showing: &live)
    } catch let error as FolderError where root != train && root != test {
      throw UsageError("\(error); --train and --test say where the run's pictures are now")
    }
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    try requireFree(output, overwrite: overwrite)
    removeAbandonedFiles(beside: output)
    var live = LiveLine(on: .error)
    var stores: [(root: String, labels: LabelTable?, reading: ReadingOptions, store: ImageStore)] = []
    let given = try labels.tables()
    var parts: [(folder: RunFolder, record: RunRecord, encoder: TrainedEncoder, train: Int, test: Int?)] = []
    for path in runs {
      let folder = RunFolder(path)
      let encoder = try trainedEncoder(of: path)
      let kept = try fileExists(folder.config) ? try folder.record() : nil
      guard let root = train ?? kept?.images.root else {
        throw UsageError(
          "--train ROOT is required: \(printable(path)) does not say which pictures it learned from")
      }
      let reading = try reading.following(run: path)
      let test = test ?? kept?.test
      // Moved pictures are the run's own all the same.
      let labels = LabelTables(
        train: try given.train ?? kept.flatMap { try folder.labels(of: $0) },
        test: try given.test ?? (self.test == nil ? kept.flatMap { try folder.testLabels(of: $0) } : nil))
      if let test {
        try requireFairSides(root, test, reading.images.reading.rules, labels)
      }
      func store(_ root: String, _ labels: LabelTable?) throws -> Int {
        let known = stores.firstIndex { $0.root == root && $0.labels == labels && $0.reading == reading }
        if let known { return known }
        let store = try pictures(root, labels, reading, for: encoder.configuration, showing: &live)
        stores.append((root, labels, reading, store))
        return stores.count - 1
      }
      let place = try store(root, labels.train)
      let record = kept ?? .init(of: encoder, on: stores[place].store, reading.images.reading)
      parts.append((folder, record, encoder, place, try test.map { try store($0, labels.test) }))
    }
    let page = try onPresent(stores.map(\.store)) { stores in
      let reported = try parts.map { part in
        try ReportedRun(
          part.folder, part.record, encoder: part.encoder, train: stores[part.train],
          test: part.test.map { stores[$0] })
      }
      let page = try Self.page(of: reported, showing: &live)
      for store in stores { try store.requireComplete() }
      return page
    }
    try Interruption.check()
    try writeFile(output, page.html)
    let megabytes = fixed(Double(page.html.utf8.count) / 1e6, 1)
    Output.standard.line(
      "\(printable(output)): \(count(runs.count, "run")), \(megabytes) MB; open it in a browser")
  }

  /// The page of some runs, judged as `siam eval` does, with progress on the live line.
  static func page(of runs: [ReportedRun], showing live: inout LiveLine) throws -> ReportPage {
    useMemory(for: "the report")
    let page = try ReportPage(
      runs, votes: EvalCommand.defaultVotes, mapSide: EvalCommand.defaultMapSide,
      program: "siam \(VersionCommand.version)"
    ) { text in
      try Interruption.check()
      live.show("report: \(text)")
    }
    live.erase()
    return page
  }
}

extension RunRecord {
  /// What is known of an encoder without a run, and of the pictures that it is shown on.
  fileprivate init(of encoder: TrainedEncoder, on store: ImageStore, _ reading: ImageReading) {
    self.init(
      program: "siam \(VersionCommand.version)", command: [], configuration: encoder.configuration,
      images: Images(store), reading: reading, test: nil, knnEvery: 0, saveEverySeconds: 0, memoryMegabytes: 0
    )
  }
}
