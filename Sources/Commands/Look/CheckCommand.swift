import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamTensors

/// Inspects a folder before a training: `siam check ROOT [--test ROOT]`.
struct CheckCommand: Command {
  static let name = "check"
  static let summary =
    "Inspect a folder of pictures before training: what is in it, and what is wrong."
  static let details = """
    Every picture is read and decoded once. The report lists formats, colours, sizes and classes; pictures that cannot \
    be used, and why; exact and near duplicates, within a folder and across --test; anything else that Siam leaves out \
    or treats in a surprising way; and what siam train will choose. Nothing is written.

    Near duplicates are the same picture encoded again, resized, brighter or with more contrast; mirrored ones \
    are not found, and cropped ones only if the crop is very slight. The more alike all the pictures of a folder are, \
    the nearer two must be to count.

    Exits with 0 if the folder can be trained on, 65 if not, and with --strict also 65 if there is a warning.
    """
  static let examples = [
    UsageExample(
      "siam check pictures",
      "what is in the folder, and what a training would do with it"),
    UsageExample(
      "siam check pictures/train --test pictures/test --strict",
      "looks for copies across both folders too; exits with 65 if there is any warning"),
  ]

  let root: String
  let test: String?
  let labels: LabelOptions
  let json: Bool
  let examples: Int
  let threads: Int?
  let images: ImageOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder of pictures, in folders of their classes or flat")
    test = try arguments.option(
      "--test", value: "ROOT", as: String.self, otherwise: "none",
      help: "the folder of test pictures, compared with the first")
    labels = try LabelOptions(&arguments, of: "ROOT", test: test)
    json = arguments.flag("--json", help: "print everything as JSON instead, with all examples")
    examples = try arguments.option(
      "--examples", default: 5, in: .from(0, through: 1_000_000), help: "examples to show of each finding")
    threads = try threadsOption(&arguments)
    images = try ImageOptions(
      &arguments, strictly: "count a picture with a flaw as bad, and exit with 65 if there is any warning")
  }

  func run() throws {
    Interruption.watch()
    use(threads: threads)
    let clock = ContinuousClock()
    let start = clock.now
    let (rules, tables) = (images.reading.rules, try labels.tables())
    let folders =
      [try ImageFolder(root, rules, labels: tables.train)]
      + (try test.map { [try ImageFolder($0, rules, labels: tables.test)] } ?? [])
    var live = LiveLine(on: .error)
    let surveys = try folders.map { try surveyed($0, images.decoding, showing: &live) }
    let duplicates = try duplicates(of: surveys, showing: &live)
    let seconds = (clock.now - start) / .seconds(1)
    let report = try self.report(surveys, duplicates, seconds: seconds)
    if json {
      Output.standard.line(JSON.text(report, isPretty: true))
    } else {
      for line in report.lines(width: Terminal(.standard).width, examples: examples) {
        Output.standard.line(line)
      }
    }
    switch report.verdict {
    case .ready: break
    case .doubtful where !images.isStrict: break
    case .doubtful: throw Failure(.badData, "\(printable(root)): there are warnings, and --strict is given")
    case .unusable: throw Failure(.badData, "\(printable(root)): cannot be trained on")
    }
  }

  private func report(
    _ surveys: [FolderSurvey], _ duplicates: Duplicates, seconds: Double
  ) throws -> CheckReport {
    let repeated = DuplicateFindings(duplicates, of: surveys)
    let usable = surveys[0].usable.count
    let forecast = usable < 2 ? nil : try TrainingForecast(surveys[0], options: images)
    let sides = surveys.enumerated().map { side, survey in
      var findings =
        repeated.conflicts(side) + ImageFindings(survey, options: images).all
        + FolderFindings(survey, options: images).all
      if side == 0, usable < 2 {
        findings.append(
          CheckFinding(
            "too_few_pictures", .error, usable, count(usable, "usable picture"), "training needs two or more")
        )
      }
      if side == 0, let forecast { findings += forecast.findings(survey) }
      return CheckReport.Folder(facts: FolderFacts(survey), findings: findings + repeated.within(side))
    }
    let across = (surveys.count > 1 ? ClassComparison(surveys[0], surveys[1]).findings : []) + repeated.across
    let weights = (sides.flatMap(\.findings) + across).map(\.weight)
    return CheckReport(
      train: sides[0], test: sides.count > 1 ? sides[1] : nil, across: across,
      nearness: .init(
        threshold: duplicates.threshold, medianDifference: duplicates.medianDifference,
        faint: duplicates.faint),
      forecast: forecast,
      verdict: weights.contains(.error) ? .unusable : weights.contains(.warning) ? .doubtful : .ready,
      seconds: seconds)
  }
}

/// Compares the classes of two folders.
struct ClassComparison {
  let findings: [CheckFinding]

  init(_ train: FolderSurvey, _ test: FolderSurvey) {
    let flat = [train, test].filter { $0.folder.classes.isEmpty }.map(\.folder.root)
    guard flat.isEmpty else {
      findings = [
        CheckFinding(
          "without_classes", .error, flat.count, "\(count(flat.count, "folder")) without class folders",
          "siam train refuses such a folder with --test: the features cannot be judged without classes",
          examples: flat)
      ]
      return
    }
    func names(_ survey: FolderSurvey) -> [String] { survey.classSizes.filter { $0.count > 0 }.map(\.name) }
    let (known, asked) = (Set(names(train)), Set(names(test)))
    let unknown = names(test).filter { !known.contains($0) }
    let missing = names(train).filter { !asked.contains($0) }
    findings = [
      unknown.isEmpty
        ? nil
        : CheckFinding(
          "unknown_classes", .warning, unknown.count,
          "\(count(unknown.count, "class", plural: "classes")) of the test folder without a training picture",
          "their pictures count as wrong", examples: unknown.map { CheckFinding.Example(class: $0) }),
      missing.isEmpty
        ? nil
        : CheckFinding(
          "untested_classes", .note, missing.count,
          "\(count(missing.count, "class", plural: "classes")) without a test picture",
          "trained on, but not judged",
          examples: missing),
    ].compactMap(\.self)
  }
}
