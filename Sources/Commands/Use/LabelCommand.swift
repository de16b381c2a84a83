import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTensors

/// Labels a folder from a few examples: `siam label RUN ROOT --from labels.csv`.
struct LabelCommand: Command {
  static let name = "label"
  static let summary = "Label the pictures of a folder from a few that are labelled, each with a probability."
  static let details = """
    labels.csv has two columns, path and label, with or without a heading; paths are relative to ROOT, or as this command and \
    siam export write them. A linear classifier of the run's features labels the rest. Its probabilities are calibrated on \
    labelled pictures that are held out in turn, so a class should have two or more, better ten.

    The table (RFC 4180) has path, label, probability and guess: the label is “\(LabelTable.unsure)” below the bound, and the \
    guess is the most probable class in any case. Pictures of labels.csv keep their labels, without probability and guess. \
    Class folders of ROOT play no part. No picture is moved or changed.
    """
  static let examples = [
    UsageExample(
      "siam label runs/first pictures --from labels.csv -o labelled.csv",
      "labels all pictures from those that labels.csv names, each with a probability")
  ]

  let trained, root, labels: String
  let bound: Double
  let output: String?
  let overwrite: Bool
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    trained = try arguments.positional("RUN", help: "a run folder, or an encoder.safetensors")
    root = try arguments.positional("ROOT", help: "the folder of pictures to label")
    labels = try arguments.required("--from", value: "FILE", help: "the labels that are known: a .csv file")
    bound = try arguments.option(
      "--bound", value: "P", default: 0.8, in: .from(0, through: 1),
      help: "the least probability of a label; below it a picture is unsure")
    output = try arguments.option(
      "--output", short: "-o", value: "FILE", as: String.self, otherwise: "standard output",
      help: "the table to write, a .csv file")
    overwrite = arguments.flag("--overwrite", help: "replace the table if it exists")
    reading = try ReadingOptions(&arguments, followsRun: true)
    try arguments.require(output, toEndIn: ".csv")
  }

  /// The label of each row of a folder's features; nil for rows without.
  ///
  /// - Throws: `LabelError` for a path that the folder lacks, or that has two labels.
  private static func labels(of features: IndexedFeatures, by table: LabelTable) throws(LabelError) -> [Int?]
  {
    let root = features.folder.root
    let labels = try ImageLabels(table, for: features.table.paths, in: root)
    if let row = labels.absent.first {
      throw .row(
        file: table.file, line: row.line,
        reason: "\(printable(row.path)): no such picture in \(printable(root))")
    }
    return features.table.paths.map(labels.label)
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    if let output {
      try requireFree(output, overwrite: overwrite)
      removeAbandonedFiles(beside: output)
    }
    let known = try LabelTable(labels, isComplete: true)
    let encoder = try trainedEncoder(of: trained)
    let reading = try reading.following(run: trained)
    var live = LiveLine(on: .error)
    let features = try IndexedFeatures(of: root, by: encoder, of: trained, reading, showing: &live)
    useMemory(for: "the labels of \(printable(root))")
    let given = try Self.labels(of: features, by: known)
    let directions = CentredDirections(of: features.table)(features.table)
    let rows = features.table.paths.indices.filter { given[$0] != nil }
    let classifier = CalibratedClassifier(
      fitting: directions.rows(at: rows), labels: rows.compactMap { given[$0] }, classes: known.classes.count)
    guard let classifier else {
      throw Failure(
        .badData,
        "\(printable(labels)): two classes or more, and one with two pictures of \(printable(root)), are needed to hold "
          + "some out")
    }
    try Interruption.check()
    let found = classifier.predictions(directions)
    live.erase()
    var (text, unsure) = (LabelTable.ownHeading.joined(separator: ",") + "\r\n", 0)
    for (row, path) in features.table.paths.enumerated() {
      if let label = given[row] {
        text += "\(cell(path)),\(cell(known.classes[label])),,\r\n"
        continue
      }
      let (label, probability) = found[row]
      let guess = cell(known.classes[label])
      let isSure = probability >= bound
      unsure += isSure ? 0 : 1
      text += "\(cell(path)),\(isSure ? guess : LabelTable.unsure),\(fixed(probability, 4)),\(guess)\r\n"
    }
    let rest = features.table.count - rows.count
    let heldOut = classifier.heldOut
    let summary = [
      "\(printable(root)): \(count(rows.count, "picture")) with labels of \(count(known.classes.count, "class", plural: "classes")); "
        + "of the other \(rest), \(rest - unsure) labelled and \(unsure) unsure (below \(bound.argument))",
      "held out in turn, \(heldOut.successes) of \(heldOut.total) labelled pictures were classified correctly",
    ]
    guard let output else {
      Output.standard.write(text)
      for line in summary { Output.error.line(line) }
      return
    }
    try writeFile(output, text)
    for line in summary { Output.standard.line(line) }
    Output.standard.line("\(printable(output)): path, label, probability and guess of each picture")
  }
}
