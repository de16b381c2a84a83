import SiamDatasets
import SiamFiles
import SiamImages
import SiamLaboratory
import SiamMethods
import SiamTensors
import SiamTraining

/// Runs experiments: `siam lab NAME [ROOT] -o FOLDER`.
struct LabCommand: Command {
  static let name = "lab"
  static let summary = "Run an experiment on why Siamese learning works; without a name, list them."
  static let details = """
    An experiment writes results.json, results.md and its figures as SVG into FOLDER; with all, each writes to a \
    subfolder of its own. Those that use pictures need ROOT. Without --test a fifth of the pictures is held out \
    to be classified.

    Each finished training is kept in FOLDER/runs. The same command after an interruption, or with more seeds, goes on from \
    there; a training of other pictures or choices is run again.
    """
  static let examples = [
    UsageExample(
      "siam lab",
      "lists the experiments"),
    UsageExample(
      "siam lab scalar -o lab/scalar",
      "the essay's scalar model, which needs no pictures"),
    UsageExample(
      "siam lab collapse pictures -o lab/collapse --quick",
      "the smaller form of an experiment on pictures"),
  ]
  private static let all = "all"

  let experiments: [any Experiment.Type]
  let root, test, output: String?
  let isQuick, overwrite: Bool
  let seeds, epochs: Int?
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    let name = arguments.optionalPositional(
      "NAME", among: allExperiments.map { $0.name } + [Self.all], help: "an experiment, or all")
    root = arguments.optionalPositional("ROOT", help: "pictures in one folder per class")
    output = try arguments.option(
      "--output", short: "-o", value: "FOLDER", as: String.self, otherwise: "required to run one",
      help: "where to write; created if missing")
    test = try arguments.option(
      "--test", value: "ROOT", as: String.self, otherwise: "a held-out slice of ROOT",
      help: "the pictures to classify, in folders of the same classes")
    isQuick = arguments.flag("--quick", help: "a smaller form, under two minutes")
    seeds = try arguments.option(
      "--seeds", otherwise: "the experiment's default", in: .from(1, through: 1000),
      help: "the number of seeds to repeat it with")
    epochs = try arguments.option(
      "--epochs", otherwise: "the experiment's default", in: .from(1, through: 100_000),
      help: "the length of each training, for experiments that train")
    overwrite = arguments.flag("--overwrite", help: "replace results that exist")
    reading = try ReadingOptions(&arguments)
    if arguments.isDeclaring {
      experiments = []
      return
    }
    switch name {
    case nil: experiments = []
    case Self.all: experiments = allExperiments
    case let name?:
      guard let found = allExperiments.first(where: { $0.name == name }) else {
        let names = allExperiments.map { $0.name } + [Self.all]
        throw UsageError("no experiment is called \(quoted(name))" + suggestion(for: name, among: names))
      }
      experiments = [found]
    }
    guard !experiments.isEmpty else { return }
    if output == nil { throw UsageError("-o FOLDER is required") }
    if root == nil, let needy = experiments.first(where: { $0.needsImages }) {
      throw UsageError("ROOT is required: \(needy.name) needs pictures")
    }
    if root == nil, test != nil { throw UsageError("--test needs ROOT") }
  }

  func run() throws {
    guard let output else {
      for line in Self.list { Output.standard.line(line) }
      return
    }
    Interruption.watch()
    reading.useThreads()
    let folders = experiments.map { experiments.count == 1 ? output : "\(output)/\($0.name)" }
    for folder in folders {
      try requireFree("\(folder)/results.json", overwrite: overwrite, makesFolder: true)
      // A folder of results is no folder of pictures: those in it would be left out from then on.
      if let picture = try pictures(in: folder).first {
        throw Failure(
          .cannotCreate,
          "\(printable(folder)): holds pictures, such as \(printable(picture)); write elsewhere")
      }
    }
    var live = LiveLine(on: .error)
    let stores = experiments.contains { $0.needsImages } ? try readImages(showing: &live) : []
    if experiments.count > 1, try !isFolder(output) { try makeFolder(output) }
    for (experiment, folder) in zip(experiments, folders) {
      let report = try onPresent(stores) { stores in
        let images = stores.first.map { LaboratoryImages(train: $0, test: stores.dropFirst().first) }
        return try run(experiment, images, in: folder, showing: &live)
      }
      let files = try report.write(to: folder)
      Output.standard.line("\(experiment.name): \(report.tally)")
      for finding in report.findings {
        Output.standard.line("  \(finding.verdict.rawValue): \(finding.prediction)")
      }
      Output.standard.line("  \(printable(folder)): \(count(files.count, "file"))")
    }
  }

  /// The names of pictures in a folder that exists already.
  private func pictures(in folder: String) throws(FileError) -> [String] {
    guard try isFolder(folder) else { return [] }
    return try FolderListing(folder).entries.map(\.name).filter(isImage)
  }

  /// The training images, and the test images if there are any.
  private func readImages(showing live: inout LiveLine) throws -> [ImageStore] {
    guard let root else { return [] }
    try requireFairSides(root, test, reading.images.reading.rules)
    let train = try reading.store(root, showing: &live)
    try requireClasses(train)
    let test = try test.map { try reading.store($0, showing: &live) }
    if let test { try requireClasses(test) }
    try requireQueries(EvaluationSides(train: train, test: test))
    return [train] + (test.map { [$0] } ?? [])
  }

  private func run(
    _ experiment: any Experiment.Type, _ images: LaboratoryImages?, in folder: String,
    showing live: inout LiveLine
  ) throws -> Report {
    let progress = ProgressLine(name: experiment.name)
    let conditions = Conditions(
      isQuick: isQuick, seedCount: seeds, epochs: epochs, images: images, runs: "\(folder)/runs"
    ) { try progress.show($0) }
    defer { progress.erase() }
    live.erase()
    useMemory(for: "the experiment \(experiment.name)")
    return try experiment.init().run(conditions)
  }

  /// The list of experiments, one per line.
  static var list: [String] {
    let width = allExperiments.map { $0.name.count }.max() ?? 0
    return allExperiments.map { experiment in
      "\(padded(experiment.name, to: width))  \(experiment.summary)\(experiment.needsImages ? "" : " No ROOT.")"
    }
  }
}

extension Report {
  /// "5 held, 1 unclear".
  fileprivate var tally: String {
    let verdicts: [SiamLaboratory.Verdict] = [.held, .failed, .unclear]
    let counts = verdicts.map { verdict in (verdict, findings.filter { $0.verdict == verdict }.count) }
    let parts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }
    return "of \(SiamCommands.count(findings.count, "prediction")) " + parts.joined(separator: ", ")
  }
}
