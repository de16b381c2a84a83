import SiamFiles

/// The report of `siam check`, as text or JSON.
struct CheckReport: Encodable {
  struct Folder: Encodable {
    let facts: FolderFacts
    let findings: [CheckFinding]
  }

  /// How near duplicates were found; see `Duplicates`.
  struct Nearness: Encodable {
    let threshold: Double
    let medianDifference: Double?
    /// Images too plain to be compared except for exact copies.
    let faint: Int

    enum CodingKeys: String, CodingKey {
      case threshold, faint
      case medianDifference = "usual_difference"
    }
  }

  let train: Folder
  let test: Folder?
  /// Between the two folders.
  let across: [CheckFinding]
  let nearness: Nearness
  /// Nil if there is nothing to train on.
  let forecast: TrainingForecast?
  let verdict: Verdict
  let seconds: Double

  enum Verdict: String, Encodable {
    case ready
    /// Can be trained on, with warnings.
    case doubtful
    case unusable
  }

  var findings: [CheckFinding] { train.findings + (test?.findings ?? []) + across }

  /// - Parameter examples: how many of each finding's are shown.
  func lines(width: Int, examples: Int) -> [String] {
    var lines: [String] = []
    for folder in [train, test].compactMap(\.self) {
      lines += Self.lines(folder.facts, width: width) + [""]
      for finding in Self.sorted(folder.findings) { lines += finding.lines(width: width, examples: examples) }
      if folder.findings.isEmpty { lines.append("nothing unusual") }
      lines.append("")
    }
    if let test {
      lines.append("\(printable(train.facts.root)) and \(printable(test.facts.root))")
      for finding in Self.sorted(across) { lines += finding.lines(width: width, examples: examples) }
      if across.isEmpty { lines.append("no shared pictures, and the same classes") }
      lines.append("")
    }
    lines += wrapped(nearnessLine, width: width)
    if let forecast { lines += forecast.lines.flatMap { wrapped($0, width: width) } }
    lines.append(verdictLine)
    return lines
  }

  private static func sorted(_ findings: [CheckFinding]) -> [CheckFinding] {
    CheckFinding.Weight.allCases.reversed().flatMap { weight in findings.filter { $0.weight == weight } }
  }

  private var nearnessLine: String {
    let median = nearness.medianDifference.map { ", where the median is \(fixed($0, 3))" } ?? ""
    return
      "near duplicates differ by at most \(fixed(nearness.threshold, 4))\(median) (1 - correlation at 16x16)"
  }

  private var verdictLine: String {
    let errors = findings.count { $0.weight == .error }
    let warnings = findings.count { $0.weight == .warning }
    let root = printable(train.facts.root)
    switch verdict {
    case .ready: return "\(root): ready to train on"
    case .doubtful: return "\(root): can be trained on, with \(count(warnings, "warning"))"
    case .unusable:
      return "\(root): cannot be trained on: \(count(errors, "error")), \(count(warnings, "warning"))"
    }
  }

  /// The folder in numbers.
  private static func lines(_ facts: FolderFacts, width: Int) -> [String] {
    let classes = facts.classes.filter { $0.images > 0 }
    let inClasses = classes.isEmpty ? "" : " in \(count(classes.count, "class", plural: "classes"))"
    let unusable = facts.images - facts.usable
    var lines = [
      "\(printable(facts.root)): \(count(facts.usable, "usable picture"))\(inClasses), \(sizeText(facts.bytes))"
        + (unusable > 0 ? "; \(unusable) cannot be used" : "")
    ]
    for (title, tallies) in [("format", facts.formats), ("colour", facts.colours)] where !tallies.isEmpty {
      let text = tallies.map { "\($0.name) \($0.images)" }.joined(separator: ", ")
      lines += wrapped(text, width: width - 11).enumerated().map {
        padded($0 == 0 ? "  " + title : "", to: 11) + $1
      }
    }
    if facts.sizes.count == 1 {
      lines.append("  size     \(facts.sizes[0].name)")
    } else {
      lines += bars("shorter side", facts.shorterSides, width: width)
    }
    if let first = classes.first, classes.count > 1, classes.allSatisfy({ $0.images == first.images }) {
      return lines + ["  classes  \(classes.count), each of \(count(first.images, "picture"))"]
    }
    let largest = classes.sorted { $0.images > $1.images }
    let shown = largest.count <= classesShown ? largest : Array(largest.prefix(classesShown / 2))
    lines += bars("classes", shown, width: width)
    if largest.count > classesShown {
      lines.append("    … \(largest.count - classesShown) more …")
      lines += bars(nil, Array(largest.suffix(classesShown / 2)), width: width, of: largest[0].images)
    }
    return lines
  }

  private static let classesShown = 20

  /// A line for each, with a bar proportional to the largest.
  private static func bars(
    _ title: String?, _ tallies: [FolderFacts.Tally], width: Int, of most: Int? = nil
  ) -> [String] {
    guard !tallies.isEmpty else { return [] }
    let most = max(1, most ?? tallies.reduce(0) { max($0, $1.images) })
    let names = tallies.map { shortened(shownName($0.name), to: 30) }
    let left = names.reduce(0) { max($0, columns($1)) }
    let digits = "\(most)".count
    let room = max(1, min(40, width - left - digits - 10))
    return (title.map { ["  " + $0] } ?? [])
      + zip(names, tallies).map { name, tally in
        let length = tally.images == 0 ? 0 : max(1, tally.images * room / most)
        let line =
          "    \(padded(name, to: left))  \(padded("\(tally.images)", to: digits, onTheLeft: true))  "
        return length == 0 ? String(line.dropLast(2)) : line + String(repeating: "█", count: length)
      }
  }
}

/// "812 kB", "2.4 MB".
func sizeText(_ bytes: Int) -> String {
  var (value, unit) = (Double(bytes), "B")
  for larger in ["kB", "MB", "GB", "TB"] where value >= 999.5 { (value, unit) = (value / 1000, larger) }
  return unit == "B" ? "\(bytes) B" : "\(fixed(value, value < 9.95 ? 1 : 0)) \(unit)"
}
