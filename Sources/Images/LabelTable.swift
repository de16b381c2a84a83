package import SiamFiles

/// A table of labels: comma-separated values (RFC 4180) with a path and a label in each row.
///
/// A heading names the columns, "path" and "label" or as others call them, in any order and beside others; without a heading they are
/// the first two.
/// A row without a label is of an image that has none.
package struct LabelTable: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    /// Counted from 1, the heading included.
    package let line: Int
    package let path: String
    /// An index into ``LabelTable/classes``; nil for an image without a label.
    package let label: Int?
  }

  package let file: String
  /// The names of the classes, sorted by their bytes.
  package let classes: [String]
  package let rows: [Row]

  /// What `siam label` writes in place of a label that is not probable enough: such rows are left out of its own tables.
  package static let unsure = "unsure"
  /// The heading of the tables that `siam label` writes.
  package static let ownHeading = ["path", "label", "probability", "guess"]

  /// What the columns are called, in the order of preference.
  private static let pathHeadings = [
    "path", "file", "filename", "file_name", "image", "image_path", "picture",
  ]
  private static let labelHeadings = ["label", "class", "category"]

  /// - Parameter isComplete: whether every row must have a label.
  /// - Throws: ``LabelError`` for a file that cannot be read or is no such table, or that has no labels.
  package init(_ file: String, isComplete: Bool = false) throws(LabelError) {
    let bytes: [UInt8]
    do { bytes = try readFile(file, limit: 1 << 30) } catch { throw .file(error) }
    if let reason = Self.foreign(bytes) { throw .table(file: file, reason: reason) }
    var records: [(line: Int, cells: [String])]
    do throws(CSVFault) { records = try csvRecords(bytes) } catch {
      throw .row(file: file, line: error.line, reason: error.reason)
    }
    var (pathColumn, labelColumn, isOwn) = (0, 1, false)
    if let heading = records.first?.cells {
      let names = heading.map { withoutBlanks($0).lowercased() }
      if let path = Self.pathHeadings.firstNonNil(names.firstIndex(of:)),
        let label = Self.labelHeadings.firstNonNil(names.firstIndex(of:))
      {
        (pathColumn, labelColumn, isOwn) = (path, label, names == Self.ownHeading)
        records.removeFirst()
      }
    }
    var rows: [(line: Int, path: String, name: [UInt8])] = []
    for (line, cells) in records {
      guard cells.count > max(pathColumn, labelColumn), !cells[pathColumn].isEmpty,
        !isComplete || !cells[labelColumn].isEmpty
      else {
        throw .row(
          file: file, line: line, reason: "a path and a label are expected, separated by a comma")
      }
      let name = withoutBlanks(cells[labelColumn])
      if isOwn, name == Self.unsure { continue }
      rows.append((line, cells[pathColumn], Array(name.utf8)))
    }
    let names = Set(rows.map(\.name)).subtracting([[]]).sorted { $0.lexicographicallyPrecedes($1) }
    guard !names.isEmpty else { throw .table(file: file, reason: "no labels") }
    let numbers = Dictionary(zip(names, names.indices)) { first, _ in first }
    classes = names.map { String(decoding: $0, as: UTF8.self) }
    self.rows = rows.map { Row(line: $0.line, path: $0.path, label: numbers[$0.name]) }
    self.file = file
  }

  /// What bytes are that cannot be comma-separated values; nil for those that may be.
  private static func foreign(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return "UTF-16 text; save it as UTF-8"
    }
    if bytes.starts(with: [0x50, 0x4B, 3, 4]) { return "a spreadsheet or another archive; save it as .csv" }
    return bytes.prefix(1 << 16).contains(0) ? "not a table of comma-separated values" : nil
  }
}

extension [String] {
  /// The first result that is not nil.
  fileprivate func firstNonNil<Result>(_ find: (String) -> Result?) -> Result? {
    for element in self { if let result = find(element) { return result } }
    return nil
  }
}

/// The text without blanks at its ends.
private func withoutBlanks(_ text: String) -> String {
  var rest = text.unicodeScalars[...]
  while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
  while rest.last == " " || rest.last == "\t" { rest.removeLast() }
  return String(rest)
}

/// A table cannot label images.
package enum LabelError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(FileError)
  /// The file as a whole is no table of labels.
  case table(file: String, reason: String)
  /// A row cannot be used; lines are counted from 1.
  case row(file: String, line: Int, reason: String)

  package var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .table(let file, let reason): "\(printable(file)): \(reason)"
    case .row(let file, let line, let reason): "\(printable(file)), line \(line): \(reason)"
    }
  }
}
