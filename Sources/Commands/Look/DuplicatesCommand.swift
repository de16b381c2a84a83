import SiamDatasets
import SiamFiles
import SiamImages
import SiamReport
import SiamTensors

/// Lists copies: `siam duplicates ROOT`.
struct DuplicatesCommand: Command {
  static let name = "duplicates"
  static let summary = "List the copies and near copies in a folder of pictures, the best of each first."
  static let details = """
    A group is a picture with its exact copies (the same pixels) and its near ones: encoded again, resized, brighter or with \
    more contrast; not mirrored ones, and cropped ones only if the crop is very slight. The first of a group has the most \
    pixels, then the largest file. Groups that span several classes come first: at most one of the classes can be right. \
    Nothing is deleted or changed.
    """
  static let examples = [
    UsageExample("siam duplicates pictures -o groups.html", "every group of copies, on a page"),
    UsageExample("siam duplicates pictures --list --exact --null", "what can go, for xargs -0"),
  ]

  let root: String
  let output: String?
  let exact, lists, null, json, overwrite: Bool
  let threads: Int?
  let images: ImageOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder of pictures, in folders of their classes or flat")
    exact = arguments.flag("--exact", help: "only copies with the same pixels")
    lists = arguments.flag(
      "--list",
      help: "print the path of every picture but the best of each group, one per line, and nothing else")
    null = arguments.flag(
      "--null", short: "-0",
      help: "with --list: end each path with NUL instead, as xargs -0 reads it, and escape nothing")
    output = try arguments.option(
      "--output", short: "-o", value: "FILE", as: String.self, otherwise: "none",
      help: "an .html page that shows the groups, to open in a browser")
    json = arguments.flag("--json", help: "print everything as JSON instead")
    overwrite = arguments.flag("--overwrite", help: "replace the page if it exists")
    threads = try threadsOption(&arguments)
    images = try ImageOptions(&arguments)
    try arguments.require(output, toEndIn: ".html")
    if null, !lists { throw UsageError("--null needs --list") }
    if json, lists { throw UsageError("--json and --list cannot both be printed") }
  }

  func run() throws {
    Interruption.watch()
    use(threads: threads)
    if let output {
      try requireFree(output, overwrite: overwrite)
      removeAbandonedFiles(beside: output)
    }
    let folder = try ImageFolder(root, images.reading.rules)
    var live = LiveLine(on: .error)
    let survey = try surveyed(folder, images.decoding, showing: &live)
    if images.isStrict { try survey.requireAll() }
    let duplicates = try duplicates(of: [survey], showing: &live)
    for line in notes(on: folder, bad: survey.bad) { Output.error.line(line) }
    try survey.requireEnough(maximumBadShare: images.reading.maximumBadShare)
    let report = DuplicatesReport(survey, duplicates, exactOnly: exact)
    if let output { try writeFile(output, try page(report, showing: &live)) }
    live.erase()
    if lists {
      list(report)
    } else if json {
      Output.standard.line(JSON.text(report, isPretty: true))
    } else {
      for line in report.lines { Output.standard.line(line) }
    }
    if let output, !lists, !json {
      Output.standard.line("\(printable(output)): the groups, to open in a browser")
    }
  }

  private func list(_ report: DuplicatesReport) {
    let paths = report.groups.flatMap { $0.pictures.dropFirst().map(\.path) }
    let shown = paths.map(printable)
    if null {
      Output.standard.write(bytes: paths.flatMap { pathBytes($0) + [0] })
      return
    }
    for path in shown { Output.standard.line(path) }
    let escaped = zip(paths, shown).count { $0 != $1 }
    if escaped > 0 {
      Output.error.line(
        "\(count(escaped, "name")) with characters that are escaped here; --null gives names as they are")
    }
  }

  private func page(_ report: DuplicatesReport, showing live: inout LiveLine) throws -> String {
    useMemory(for: "the page of groups")
    var options = images.reading.decoding(reducedTo: PicturePage.reduction)
    options.appliesOrientation = true
    let page = report.page(of: "\(printable(root)): duplicates", by: "siam \(VersionCommand.version)")
    return try page.html { path in
      try Interruption.check()
      live.show("making the page: \(printable(path))")
      return try ImageFolder(of: [path]).image(at: 0, options: options)
    }
  }
}
