import Glibc
import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// What a run was, in words: pairs of a name and a value, and what a reader should be warned of.
struct RunFacts: Sendable {
  let facts: [[String]]
  let warnings: [String]

  init(_ run: ReportedRun) {
    facts = Self.facts(run)
    warnings = Self.warnings(run)
  }

  private static func facts(_ run: ReportedRun) -> [[String]] {
    let (record, configuration) = (run.record, run.record.configuration)
    var facts = [
      ["Pictures", "\(run.train.count) of \(printable(record.images.root)), \(classes(run))"],
      ["Judged with", judge(run)],
      ["Method", configuration.imported.map { "imported, \($0)" } ?? configuration.title],
    ]
    switch run.encoder.body {
    case .network(let body): facts += network(run, body)
    case .patches(let patches): facts += Self.patches(run, patches)
    case .joined(let parts):
      for part in parts {
        switch part.body {
        case .network(let body): facts += network(run, body)
        case .patches(let body): facts += patches(run, body)
        case .joined: break
        }
      }
    }
    if let ended = FileStamp(run.folder.encoder).flatMap({ date($0.seconds) }) {
      facts.append(["Encoder written", ended])
    }
    let seconds = run.epochs.reduce(0) { $0 + ($1.seconds ?? 0) }
    if seconds > 0 {
      let speed = run.epochs.last?.imagesPerSecond.map { ", \(decimal($0, places: 0)) pictures/s" } ?? ""
      facts.append(["Took", "\(duration(seconds))\(speed), \(record.threads) threads (\(record.kernels))"])
    }
    if run.isTraining {
      facts.append(["Program", printable(record.program)])
      facts.append(["Command", "siam " + record.command.map(printable).joined(separator: " ")])
    }
    return facts
  }

  private static func network(_ run: ReportedRun, _ network: NetworkEncoder) -> [[String]] {
    let (configuration, last) = (run.record.configuration, run.epochs.last)
    let (encoder, recipe) = (configuration.encoder, configuration.recipe)
    let origin = run.record.from.map { [["Began with", printable($0.path)]] } ?? []
    let name = [
      "Encoder", "\(encoder.preset.rawValue), width \(encoder.width), \(network.dimension) features",
    ]
    if let framing = configuration.framing, configuration.imported != nil {
      return [name, ["Pictures as", framing.text(side: encoder.size) + ", " + recipe.normalization.written]]
    }
    return origin + [
      name,
      [
        "Views",
        "\(encoder.size) × \(encoder.size) pixels, recipe "
          + (Recipe.named.first { $0.recipe == recipe }?.name ?? recipe.description),
      ],
      [
        "Training",
        "\(last?.epoch ?? 0) of \(configuration.epochs) epochs, \(last?.step ?? 0) steps of "
          + "\(configuration.batch) pictures",
      ],
      [
        "Rate",
        "\(decimal(Double(configuration.rate), places: 4)), weight decay \(configuration.weightDecay), "
          + "seed \(configuration.seed)",
      ],
    ]
  }

  private static func patches(_ run: ReportedRun, _ patches: PatchEncoder) -> [[String]] {
    let configuration = patches.configuration
    let sizes = configuration.sizes.map { "\($0) × \($0)" }.joined(separator: " and ")
    var facts = [
      [
        "Patches",
        "\(patches.stages.first?.coder.dictionary.rows ?? 0) atoms of \(configuration.patch) × "
          + "\(configuration.patch) pixels, pictures of \(sizes) pixels, \(patches.dimension) features",
      ]
    ]
    if run.record.configuration.isPatches, let std = run.epochs.last?.std, let rank = run.epochs.last?.rank {
      facts.append([
        "Outputs", "std · √d \(decimal(std, places: 2)), effective rank \(decimal(rank, places: 1))",
      ])
    }
    return facts
  }

  private static func classes(_ run: ReportedRun) -> String {
    let count = run.train.classesInUse.count
    if count == 0 { return "without classes" }
    let labelled = ImageSubset(labelledOf: run.train).count
    return (labelled < run.train.count ? "\(labelled) of them labelled " : "")
      + (count == 1 ? "in 1 class" : "in \(count) classes")
  }

  private static func judge(_ run: ReportedRun) -> String {
    guard let sides = run.sides else {
      return run.train.classesInUse.count > 1 && run.test?.classesInUse.isEmpty == false
        ? "view retrieval, since the pixels of all pictures that could judge are among those that vote"
        : "view retrieval, since the pictures have no classes"
    }
    let copies =
      sides.copies == 0 ? "" : "; \(sides.copies) more are left out, whose pixels are among those that vote"
    let asked =
      run.test.map { "\(sides.queries.count) other pictures of \(printable($0.folder.root))" }
      ?? "a fifth of the pictures, held out of the vote"
      + (run.isTraining ? "; the training saw them without classes" : "")
    return asked + copies
  }

  private static func warnings(_ run: ReportedRun) -> [String] {
    let (record, images) = (run.record, run.record.images)
    var lines: [String] = []
    for epoch in run.epochs {
      switch epoch.collapse {
      case "total"?:
        lines.append(
          "Collapse (total) in epoch \(epoch.epoch): all pictures got nearly the same output.")
      case let kind?:
        lines.append(
          "Collapse (\(printable(kind))) in epoch \(epoch.epoch): the outputs vary along few directions.")
      case nil: break
      }
    }
    let last = run.epochs.last?.epoch ?? 0
    if run.isTraining, last < record.configuration.epochs, !record.configuration.isPatches {
      lines.append("Not finished: \(last) of \(record.configuration.epochs) epochs.")
    }
    for step in record.resumed { lines.append("Resumed at step \(step).") }
    if images.bad > 0 {
      lines.append("\(pictures(images.bad)) could not be read and took no part; see skipped.txt.")
    }
    if images.flawed > 0 { lines.append("\(pictures(images.flawed)) decoded with warnings.") }
    if images.rotated > 0, !record.reading.appliesOrientation {
      lines.append("\(pictures(images.rotated)) with an orientation that --turn would apply.")
    }
    if run.train.fingerprint != images.fingerprint {
      lines.append(
        "The pictures are not those of the training any more: files were added, removed or changed.")
    }
    return lines
  }

  private static func pictures(_ count: Int) -> String { count == 1 ? "1 picture" : "\(count) pictures" }

  /// "2026-11-28 13:04", in the local time.
  private static func date(_ seconds: Int) -> String? {
    var time = time_t(seconds)
    var parts = unsafe tm()
    guard unsafe localtime_r(&time, &parts) != nil else { return nil }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (year, month, day) = unsafe (1900 + parts.tm_year, parts.tm_mon + 1, parts.tm_mday)
    let (hour, minute) = unsafe (parts.tm_hour, parts.tm_min)
    return "\(year)-\(two(month))-\(two(day)) \(two(hour)):\(two(minute))"
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e12).rounded())
    if whole < 60 { return "\(decimal(seconds, places: 1)) s" }
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
