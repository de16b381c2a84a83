import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamMethods
import SiamTensors
import SiamTraining

/// Judges a trained encoder: `siam eval RUN --train ROOT [--test ROOT]`.
struct EvalCommand: Command {
  static let name = "eval"
  static let summary = "Compare a trained encoder with raw pixels, other baselines and itself untrained."
  static let details = """
    Each query is classified by its k nearest pictures of the bank: cosine similarity s of the features, votes weighted \
    by exp((s - 1) / T). Read-outs are the average over the encoder's last map, and that map averaged down to a few \
    cells. The untrained encoder is the same network before its training, its normalisations measured on the pictures of \
    --train. Without --test a fifth of the training pictures, always the same, are the queries. Queries whose pixels the \
    bank has are left out: they would vote for themselves. Pixel PCA is whitened \
    principal components of pixels, fitted to the bank; HOG is histograms of oriented gradients.

    View retrieval needs no classes: it counts how often a random view of a picture, made by the training's recipe, has \
    its own picture as the nearest. Without class folders it is all that is printed.
    """
  static let examples = [
    UsageExample(
      "siam eval runs/first --train pictures/train --test pictures/test",
      "the features beside raw pixels, other baselines and the untrained encoder"),
    UsageExample(
      "siam eval runs/first --train pictures --k 20 --per-class",
      "one vote, with the accuracy of each class; a fifth of the pictures is held out"),
  ]
  static let defaultKs = [1, 20, 200]
  static let defaultTemperature = 0.07
  static let defaultMapSide = 2
  private static let shots = [1, 5, 10]
  static var defaultVotes: [NearestNeighbourVote] {
    defaultKs.map { NearestNeighbourVote(k: $0, temperature: defaultTemperature) }
  }

  let trained, train: String
  let test: String?
  let votes: [NearestNeighbourVote]
  let mapSide: Int
  let patches, perClass, json: Bool
  let linear: LinearJudging
  let labels: LabelOptions
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    trained = try arguments.positional("RUN", help: "a run folder, or an encoder.safetensors")
    train = try arguments.required(
      "--train", value: "ROOT",
      help: "the bank: pictures in folders of their classes, or flat for view retrieval alone")
    test = try arguments.option(
      "--test", value: "ROOT", as: String.self, otherwise: "a held-out slice of --train",
      help: "the queries: other pictures in folders of the same classes")
    labels = try LabelOptions(&arguments, of: "--train", test: test, followsRun: true)
    let ks = try arguments.list(
      "--k", default: Self.defaultKs, each: .from(1, through: 100_000),
      help: "the numbers of neighbours that vote")
    let temperature = try arguments.option(
      "--temperature", value: "T", default: Self.defaultTemperature, in: .from(1e-4, through: 1e4),
      help: "the temperature of the votes; lower favours nearer neighbours")
    mapSide = try arguments.option(
      "--map", value: "CELLS", default: Self.defaultMapSide, in: .from(2, through: 16),
      help: "cells per side of the map")
    patches = arguments.flag(
      "--patches",
      help: "add a row of patch features, found in closed form from the bank's pictures without any training")
    let probes = arguments.flag(
      "--probe",
      help: "judge by a linear classifier too, fitted to the bank; its L2 is chosen on a part of the bank")
    let shots = arguments.flag(
      "--shots",
      help: "judge by linear classifiers that know "
        + "\(Self.shots.dropLast().map(String.init).joined(separator: ", ")) and \(Self.shots.last ?? 0) "
        + "pictures of each class too, the mean of \(FewShots.draws) draws")
    linear = LinearJudging(probes: probes, shots: shots ? Self.shots : [])
    perClass = arguments.flag("--per-class", help: "print the accuracy of each class too")
    json = arguments.flag("--json", help: "print everything as JSON instead")
    reading = try ReadingOptions(&arguments, followsRun: true)
    var distinct: [Int] = []
    for k in ks where !distinct.contains(k) { distinct.append(k) }
    votes = distinct.map { NearestNeighbourVote(k: $0, temperature: temperature) }
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    let encoder = try trainedEncoder(of: trained)
    let reading = try reading.following(run: trained)
    let labels = try labels.tables(of: runFolder(of: trained), train: train, test: test)
    try requireFairSides(train, test, reading.images.reading.rules, labels)
    var live = LiveLine(on: .error)
    let trainStore = try reading.store(
      train, labels: labels.train, for: encoder.configuration, showing: &live)
    if patches || perClass || linear != LinearJudging() { try requireClasses(trainStore) }
    let testStore = try test.map {
      try reading.store($0, labels: labels.test, for: encoder.configuration, showing: &live)
    }
    useMemory(for: "the comparison of features")
    let (comparison, retrieval, leaks) = try onPresent(trainStore, testStore) { train, test in
      let judged = try judged(encoder, train, test, showing: &live)
      try requireComplete(train, test)
      return judged
    }
    for line in leaks.lines { Output.error.line(line) }
    show(comparison, retrieval, of: encoder.configuration)
  }

  private func judged(
    _ encoder: TrainedEncoder, _ trainStore: ImageStore, _ testStore: ImageStore?,
    showing live: inout LiveLine
  ) throws -> (Comparison?, RetrievalComparison?, LeakNotes) {
    defer { live.erase() }
    var leaks = LeakNotes()
    // Without any classes there is view retrieval; classes on one side only are a mistake.
    var comparison: Comparison?
    if trainStore.classesInUse.count > 1 || testStore?.classesInUse.isEmpty == false {
      comparison = try Comparison(
        train: trainStore, test: testStore, votes: votes, mapSide: mapSide,
        patches: patches ? PatchConfiguration() : nil, linear: linear)
    }
    if let sides = comparison?.sides {
      try leaks.noteNearCopies(of: sides, showing: &live)
      if let run = try runFolder(of: trained) { leaks.noteLearned(sides, by: run) }
    }
    var retrieval = RetrievalComparison(testStore ?? trainStore, for: encoder, mapSide: mapSide)
    guard let bank = comparison?.evaluation.bank ?? retrieval?.retrieval.images else {
      throw UsageError("\(printable(test ?? train)): one usable picture; view retrieval needs two or more")
    }
    let features = try ComparedFeatures(
      encoder, from: importedBeginning(of: trained), bank: bank, showing: &live)
    try comparison?.judge(features, showing: &live)
    try retrieval?.judge(features, showing: &live)
    return (comparison, retrieval, leaks)
  }

  private func show(
    _ comparison: Comparison?, _ retrieval: RetrievalComparison?, of configuration: TrainingConfiguration
  ) {
    if json {
      let report = Judgement(comparison: comparison?.report, retrieval: retrieval?.report)
      Output.standard.line(JSON.text(report, isPretty: true))
      return
    }
    var lines: [String] = []
    let width = Terminal.room(on: .standard)
    if let comparison {
      lines = comparison.lines(of: configuration, within: width) + comparison.linearLines(within: width)
      for (title, table) in perClass ? comparison.classTables : [] {
        lines += ["", title] + table.lines(within: width)
      }
    }
    if let retrieval {
      lines += lines.isEmpty ? [] : [""]
      lines += retrieval.lines(of: configuration, givingVerdict: comparison == nil, within: width)
    }
    for line in lines { Output.standard.line(line) }
  }
}
