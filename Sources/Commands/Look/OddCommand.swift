import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamReport
import SiamTensors

/// Finds what does not belong: `siam odd ROOT RUN`.
struct OddCommand: Command {
  static let name = "odd"
  static let summary =
    "List the pictures that do not belong: likely wrong labels, and pictures that lie alone."
  static let details = """
    A label is doubted when the \(OddRows.vote.k) nearest pictures, by the cosine of the run's features, vote for another; \
    those with the fewest votes for their own class come first. A picture lies alone when its \(OddRows.few) nearest are not \
    similar; the loneliest come first. Both are ranked, each with its reason: the first are worth a look, the last are not.

    The features are kept beside the run, as siam search does. Nothing is changed.
    """
  static let examples = [
    UsageExample(
      "siam odd pictures runs/first -o odd.html",
      "likely wrong labels and lonely pictures, each beside its nearest")
  ]

  let root, trained: String
  let limit: Int
  let output: String?
  let labels: LabelOptions
  let json, overwrite: Bool
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder of pictures, in folders of their classes or flat")
    trained = try arguments.positional("RUN", help: "a run folder, or an encoder.safetensors")
    limit = try arguments.option(
      "--most", short: "-n", value: "N", default: 20, in: .from(1, through: 1_000_000),
      help: "pictures to list of each kind")
    output = try arguments.option(
      "--output", short: "-o", value: "FILE", as: String.self, otherwise: "none",
      help: "an .html page that shows them beside their nearest, to open in a browser")
    labels = try LabelOptions(
      &arguments, of: "ROOT", followsRun: true, unlabelled: "are not doubted and do not vote")
    json = arguments.flag("--json", help: "print everything as JSON instead")
    overwrite = arguments.flag("--overwrite", help: "replace the page if it exists")
    reading = try ReadingOptions(&arguments, followsRun: true)
    try arguments.require(output, toEndIn: ".html")
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    if let output {
      try requireFree(output, overwrite: overwrite)
      removeAbandonedFiles(beside: output)
    }
    let encoder = try trainedEncoder(of: trained)
    let reading = try reading.following(run: trained)
    var live = LiveLine(on: .error)
    let table = try labels.tables(of: runFolder(of: trained), train: root, test: nil).train
    let known = try IndexedFeatures(
      of: root, labels: table, by: encoder, of: trained, reading, showing: &live)
    guard known.table.count > 1 else {
      throw UsageError("\(printable(root)): one usable picture; it cannot be odd among others")
    }
    useMemory(for: "the search for odd pictures")
    let report = OddReport(try OddRows(known.table, labels: known.labels), in: known, limit: limit)
    if let output {
      var options = reading.images.reading.decoding(reducedTo: PicturePage.reduction)
      options.appliesOrientation = true
      let page = try report.page(by: "siam \(VersionCommand.version)").html { path in
        try Interruption.check()
        live.show("making the page: \(printable(path))")
        return try ImageFolder(of: [path]).image(at: 0, options: options)
      }
      try writeFile(output, page)
    }
    live.erase()
    if json {
      Output.standard.line(JSON.text(report, isPretty: true))
      return
    }
    for line in report.lines { Output.standard.line(line) }
    if let output {
      Output.standard.line("\(printable(output)): these pictures and their nearest, to open in a browser")
    }
  }
}
