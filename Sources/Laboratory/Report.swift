package import SiamFigures
import SiamFiles

/// Numbers of an experiment as people read them, a row for each arm.
package struct ReportTable: Sendable {
  package let title: String
  package let columns: [String]
  package private(set) var rows: [[String]] = []

  package init(_ title: String, _ columns: [String]) { (self.title, self.columns) = (title, columns) }

  /// - Precondition: a cell for each column.
  package mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }

  /// In Markdown.
  var lines: [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    return [title + ":", "", line(columns), line(columns.map { _ in "---" })] + rows.map(line)
  }
}

/// The outcome of an experiment: numbers, figures, and what they say.
package struct Report: Sendable {
  /// The experiment's name.
  package let experiment: String
  /// Whether the quick form was run.
  package let isQuick: Bool
  /// The seeds of the repetitions.
  package let seeds: [UInt64]
  /// What was asked, in sentences.
  package var question: String
  /// What was measured, on what.
  package var method: String
  /// What the numbers show.
  package var findings: [Finding]
  /// The numbers in tables.
  package var tables: [ReportTable] = []
  /// What the numbers do not show.
  package var limits: String
  /// Each is written to a file of its name.
  package var figures: [Figure]
  /// All numbers, as they go into `results.json`.
  package var results: any Encodable & Sendable
  /// The seconds that all trainings took together, one thread each; nil where nothing is trained.
  package var seconds: Double?

  /// The report as a page of Markdown.
  package var text: String {
    let seeds = self.seeds.count == 1 ? "1 seed" : "\(self.seeds.count) seeds"
    var lines = [
      "# \(experiment)", "", question, "",
      "\(method) \(isQuick ? "Quick form" : "Full form"), \(seeds).", "",
    ]
    for finding in findings {
      lines.append("- \(finding.prediction): \(finding.verdict.rawValue). \(finding.measured)")
    }
    for table in tables { lines += [""] + table.lines }
    lines += ["", limits, ""]
    if let seconds {
      lines += ["The trainings took \(significant(seconds / 60, 2)) minutes of one thread together.", ""]
    }
    lines += figures.map { "![\($0.title)](\($0.name).svg)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The numbers and findings as JSON, keys in order; numbers that JSON lacks as "nan", "inf" and "-inf".
  package func json() -> String {
    JSON.text(Document(report: self), isPretty: true) + "\n"
  }

  /// Writes `results.json`, `results.md` and an SVG file for each figure into a folder, which is made if it is missing.
  ///
  /// - Returns: the paths, in the order in which they were written.
  /// - Throws: `FileError`.
  package func write(to folder: String) throws -> [String] {
    if try !isFolder(folder) { try makeFolder(folder) }
    var files: [(name: String, bytes: [UInt8])] = [
      ("results.json", [UInt8](json().utf8)), ("results.md", [UInt8](text.utf8)),
    ]
    files += figures.map { ($0.name + ".svg", [UInt8]($0.svg.utf8)) }
    for file in files { try writeFile("\(folder)/\(file.name)", file.bytes) }
    return files.map { "\(folder)/\($0.name)" }
  }

  private struct Document: Encodable {
    let report: Report

    enum Key: String, CodingKey { case experiment, form, seeds, findings, results, seconds }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(report.experiment, forKey: .experiment)
      try container.encode(report.isQuick ? "quick" : "full", forKey: .form)
      try container.encode(report.seeds, forKey: .seeds)
      try container.encode(report.findings, forKey: .findings)
      try container.encodeIfPresent(report.seconds, forKey: .seconds)
      try container.encode(report.results, forKey: .results)
    }
  }
}
