import SiamFiles
import SiamTensors

/// The file formats for features, chosen by the extension of a path.
package enum FeatureFormat: String, Sendable, CaseIterable {
  /// NumPy's array: float32, (N, D).
  case npy
  /// A table for spreadsheets, with the columns path, label, f0, f1, ...
  case csv
  /// Named arrays: `features`, and `labels` if there are any.
  case safetensors
  /// NumPy's archive of arrays: `features`, `paths`, and `labels` and `classes` if there are any.
  case npz

  /// - Throws: `FeatureError.unknownFormat` for any other extension; case does not matter.
  package init(path: String) throws(FeatureError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last, let format = Self(rawValue: last.lowercased()) else {
      throw .unknownFormat(path: path)
    }
    self = format
  }
}

/// The files that a table of features is written to.
public struct FeatureFiles: Sendable, Equatable {
  /// The path of the features themselves.
  package let features: String
  /// Their format.
  package let format: FeatureFormat

  /// The files for features at a path that ends in `.npy`, `.csv`, `.safetensors` or `.npz`; where that is a link, the files are
  /// those beside what it leads to.
  ///
  /// - Throws: `FeatureError.unknownFormat`.
  public init(_ path: String) throws(FeatureError) {
    format = try FeatureFormat(path: path)
    features = written(path)
  }

  /// The path of the list of images, a line for each row: "a/features.paths.txt" beside "a/features.npy".
  package var paths: String { stem + ".paths.txt" }
  /// The path of the list of classes, a line for each row.
  package var labels: String { stem + ".labels.txt" }
  /// The path of the principal components that the features were made by: "a/features.npy.pca.safetensors".
  package var components: String { features + ".pca.safetensors" }
  /// Every file that `write` may replace or remove.
  package var all: [String] { [features, paths, labels] }

  /// Features of the same stem in other formats, which have the same paths and labels beside them.
  private func others() throws(FileError) -> [String] {
    var found: [String] = []
    for other in FeatureFormat.allCases where other != format {
      let path = "\(stem).\(other.rawValue)"
      if try fileExists(path) { found.append(path) }
    }
    return found
  }

  /// The files that must not exist yet, unless they may be replaced: paths and labels may be those of the same rows in another
  /// format.
  ///
  /// - Parameter table: the rows; its vectors do not matter.
  /// - Throws: `FeatureError.pathsOfOthers` if they are those of other rows, which stay with the features that they are of.
  package func claimed(for table: FeatureTable) throws(FeatureError) -> [String] {
    let other: String?
    var differing: String?
    do throws(FileError) {
      other = try others().first
      for (path, names) in [(paths, table.paths.isEmpty ? nil : table.paths), (labels, table.labelNames)] {
        let there = try fileExists(path) ? try readFile(path) : nil
        if there != names.map({ [UInt8](lines($0).utf8) }) { differing = path }
      }
    } catch { throw .file(error) }
    guard let other else { return all + [components] }
    if let differing { throw .pathsOfOthers(path: differing, features: other) }
    return [features, components]
  }

  private var stem: String {
    let ending = "." + format.rawValue
    return features.lowercased().hasSuffix(ending) ? String(features.dropLast(ending.count)) : features
  }

  /// Writes the features and, if the table has them, paths and labels. Each file appears complete or not at all, the
  /// features last; paths and labels of an earlier table, which would belong to other rows now, are removed.
  ///
  /// Everything is written before any earlier file goes, and earlier features go first: wherever the program ends,
  /// features have only their own paths and labels beside them.
  ///
  /// A name is always one line: backslashes are doubled, and control characters, line ends and changes of the writing
  /// direction are escaped, as in `\u{a}`; a byte that is not UTF-8 is `\x{ff}`. Read backwards, this gives the bytes.
  ///
  /// - Throws: `FeatureError.file`; `.pathsOfOthers` if features of other rows have the same stem.
  public func write(_ table: FeatureTable) throws(FeatureError) { try write(table, as: .float32) }

  /// Writes the features as numbers of some kind, with the components that they were made by.
  ///
  /// - Throws: `FeatureError.beyondHalf` as well.
  package func write(
    _ table: FeatureTable, as element: FeatureElement, components made: PrincipalComponents? = nil
  ) throws(FeatureError) {
    if element == .float16, let row = table.firstRowBeyondHalf { throw .beyondHalf(row: row) }
    _ = try claimed(for: table)
    do throws(FileError) {
      var newFeatures = try FileWriter(features)
      let newPaths = try prepared(paths, table.paths.isEmpty ? nil : lines(table.paths))
      let newLabels = try prepared(labels, table.labelNames.map(lines))
      let newComponents = try prepared(components, made?.file.encoded)
      try format.write(table, as: element, to: &newFeatures)
      try newFeatures.prepare()
      try newFeatures.removeEarlier()
      try replace(paths, by: newPaths)
      try replace(labels, by: newLabels)
      try replace(components, by: newComponents)
      try newFeatures.commit()
    } catch {
      throw .file(error)
    }
  }
}

extension FeatureFormat {
  /// Writes everything that the format holds.
  fileprivate func write(
    _ table: FeatureTable, as element: FeatureElement, to writer: inout FileWriter
  ) throws(FileError) {
    switch self {
    case .npy where element == .float32:
      try writeNumPy(to: &writer, table.vectors, columns: table.dimension)
    case .npy:
      try writer.write(numPyHeader("<f2", [table.count, table.dimension]))
      let halves = table.vectors.map { Float16($0) }
      let span = halves.span
      try unsafe writer.write(span.bytes)
    case .csv: try writeCSV(to: &writer, table, as: element)
    case .safetensors: try writeSafetensors(to: &writer, table, as: element)
    case .npz: try writer.write(numPyArchive(table, as: element))
    }
  }
}

/// Names, a line each.
private func lines(_ names: [String]) -> String { names.map { oneLineName($0) + "\n" }.joined() }

private func prepared(_ path: String, _ text: String?) throws(FileError) -> FileWriter? {
  try prepared(path, text.map { [UInt8]($0.utf8) })
}

private func prepared(_ path: String, _ bytes: [UInt8]?) throws(FileError) -> FileWriter? {
  guard let bytes else { return nil }
  var writer = try FileWriter(path)
  try writer.write(bytes)
  try writer.prepare()
  return writer
}

private func replace(_ path: String, by writer: consuming FileWriter?) throws(FileError) {
  guard let writer else { return try removeFile(path) }
  try writer.commit()
}

extension FeatureTable {
  /// The class of each row, by name, or by number where classes have no names; nil without labels.
  var labelNames: [String]? {
    labels.map { labels in labels.map { classes.isEmpty ? String($0) : classes[$0] } }
  }
}
