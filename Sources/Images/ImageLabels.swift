import SiamFiles

/// The labels that a table gives the images of a folder, in place of class folders.
///
/// A row's path is relative to the folder, to the working folder, or to the table's own, and may be written as Siam's tables
/// show it; the first reading that fits an image counts. Images without a row have no label.
package struct ImageLabels: Sendable, Equatable {
  /// The table's file.
  package let file: String
  /// The names of the classes, sorted by their bytes.
  package let classes: [String]
  /// By the bytes of a path relative to the folder.
  private let labels: [[UInt8]: Int]
  /// The rows whose files do not exist.
  package let absent: [LabelTable.Row]
  /// How many rows are of files that exist, but are not among the images.
  package let elsewhere: Int

  /// - Parameters:
  ///   - paths: those of the folder's images, relative to it.
  ///   - root: the folder.
  /// - Throws: ``LabelError`` if an image has two labels, or not one row is of an image.
  package init(_ table: LabelTable, for paths: [String], in root: String) throws(LabelError) {
    let places = Self.places(of: paths, in: root, beside: table.file)
    var found: [[UInt8]: LabelTable.Row] = [:]
    var (absent, elsewhere, fitting) = ([LabelTable.Row](), 0, 0)
    for row in table.rows {
      guard let place = places[Array(row.path.utf8)] ?? places[Array(Self.plain(row.path).utf8)] else {
        if Self.exists(row.path, in: root, beside: table.file) { elsewhere += 1 } else { absent.append(row) }
        continue
      }
      fitting += 1
      guard let label = row.label else { continue }
      let path = Array(paths[place].utf8)
      if let other = found[path], other.label != label {
        let names = [label, other.label ?? label].map { shownName(table.classes[$0]) }
        throw .row(
          file: table.file, line: row.line,
          reason: "\(printable(row.path)) is \(names[0]) here and \(names[1]) in line \(other.line)")
      }
      found[path] = found[path] ?? row
    }
    guard fitting > 0 else {
      let first = table.rows[0]
      throw .row(
        file: table.file, line: first.line,
        reason:
          "\(printable(first.path)): no such picture in \(printable(root)), nor is any other of the table; paths are "
          + "relative to that folder")
    }
    // A lost image of a run keeps its label.
    for row in absent where found[Array(row.path.utf8)] == nil { found[Array(row.path.utf8)] = row }
    labels = found.compactMapValues(\.label)
    (file, classes) = (table.file, table.classes)
    (self.absent, self.elsewhere) = (absent, elsewhere)
  }

  /// The class of an image.
  ///
  /// - Parameter path: relative to the folder.
  package func label(of path: String) -> Int? { labels[Array(path.utf8)] }

  /// A table of these labels for some paths, which gives the same labels again.
  package func table(of paths: [String]) -> [UInt8] {
    let rows = paths.compactMap { path in
      label(of: path).map { "\(csvCell(path)),\(csvCell(classes[$0]))\r\n" }
    }
    return pathBytes("path,label\r\n" + rows.joined())
  }

  /// The index of each image by every way to write its path; a path relative to the folder comes before all others.
  private static func places(of paths: [String], in root: String, beside file: String) -> [[UInt8]: Int] {
    let below = prefix(of: root, beside: file)
    var places: [[UInt8]: Int] = [:]
    for (place, path) in paths.enumerated() {
      for name in [unquoted(cell(path)), below.map { $0 + path }, root + "/" + path].compactMap(\.self) {
        places[Array(name.utf8)] = place
      }
    }
    for (place, path) in paths.enumerated() { places[Array(path.utf8)] = place }
    return places
  }

  /// What stands before a path in a table that lies in a folder above the images; nil for any other table.
  private static func prefix(of root: String, beside file: String) -> String? {
    guard let own = realPath(root), let other = realPath(parentFolder(of: file)), own != other,
      isInside(own, other)
    else { return nil }
    return pathString(own.utf8.dropFirst(other == "/" ? 1 : other.utf8.count + 1) + [0x2F])
  }

  /// A path without what other systems and shells add: "./" in front, backslashes.
  private static func plain(_ path: String) -> String {
    let slashed = String(String.UnicodeScalarView(path.unicodeScalars.map { $0 == "\\" ? "/" : $0 }))
    return slashed.hasPrefix("./") ? String(slashed.dropFirst(2)) : slashed
  }

  private static func exists(_ path: String, in root: String, beside file: String) -> Bool {
    let plain = plain(path)
    return [root + "/" + plain, plain, parentFolder(of: file) + "/" + plain].contains {
      (try? fileExists($0)) ?? false
    }
  }

  /// A cell as a reader of tables sees it.
  private static func unquoted(_ cell: String) -> String {
    (try? csvRecords(Array(cell.utf8)))?.first?.cells.first ?? cell
  }
}
