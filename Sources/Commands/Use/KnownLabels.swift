import SiamFeatures
import SiamFiles
import SiamImages

/// The labels that a person gave: a table with the columns path and label.
struct KnownLabels {
  /// The names of the classes, sorted by their bytes.
  let classes: [String]
  private let records: [(line: Int, path: String, label: Int)]
  private let file: String

  /// - Throws: `Failure` for a table with other columns, `FileError`.
  init(_ file: String) throws {
    let bytes = try readFile(file, limit: 1 << 30)
    var records: [(line: Int, cells: [String])]
    do throws(CSVFault) { records = try csvRecords(bytes) } catch {
      throw Failure(.badData, "\(printable(file)), line \(error.line): \(error.reason)")
    }
    if let first = records.first?.cells, first.count > 1, first[0] == "path", first[1] == "label" {
      records.removeFirst()
    }
    for (line, cells) in records where cells.count < 2 || cells[0].isEmpty || cells[1].isEmpty {
      throw Failure(
        .badData, "\(printable(file)), line \(line): a path and a label are expected, separated by a comma")
    }
    guard !records.isEmpty else { throw Failure(.badData, "\(printable(file)): no labels") }
    let names = Set(records.map { Array($0.cells[1].utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(zip(names, names.indices)) { first, _ in first }
    classes = names.map { String(decoding: $0, as: UTF8.self) }
    self.records = records.map { ($0.line, $0.cells[0], numbers[Array($0.cells[1].utf8)] ?? 0) }
    self.file = file
  }

  /// The label of each row of a folder's features; nil for rows without.
  ///
  /// Paths are taken as they are, with the root in front, or as tables show them.
  /// - Throws: `Failure` for a path that the folder lacks, or that has two labels.
  func rows(in features: IndexedFeatures) throws -> [Int?] {
    var places: [[UInt8]: Int] = [:]
    for (row, path) in features.table.paths.enumerated().reversed() {
      for name in [unquoted(cell(path)), features.path(row), path] { places[Array(name.utf8)] = row }
    }
    var labels = [Int?](repeating: nil, count: features.table.count)
    for (line, path, label) in records {
      guard let row = places[Array(path.utf8)] else {
        throw Failure(
          .badData,
          "\(printable(file)), line \(line): \(printable(path)): no such picture in \(printable(features.folder.root))"
        )
      }
      if let other = labels[row], other != label {
        throw Failure(
          .badData,
          "\(printable(file)), line \(line): \(printable(path)) is \(shownName(classes[label])) here and "
            + "\(shownName(classes[other])) above")
      }
      labels[row] = label
    }
    return labels
  }

  /// A cell as a reader of tables sees it.
  private func unquoted(_ cell: String) -> String {
    (try? csvRecords(Array(cell.utf8)))?.first?.cells.first ?? cell
  }
}
