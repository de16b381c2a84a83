import SiamFiles

/// The file formats for features, chosen by the extension of a path.
package enum FeatureFormat: String, Sendable, CaseIterable {
  /// NumPy's array: float32, (N, D).
  case npy
  /// A table for spreadsheets, with the columns path, label, f0, f1, ...
  case csv
  /// Named arrays: `features`, and `labels` if there are any.
  case safetensors

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

  /// The files for features at a path that ends in `.npy`, `.csv` or `.safetensors`; where that is a link, the files are
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
  /// Every file that `write` may replace or remove.
  package var all: [String] { [features, paths, labels] }

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
  /// - Throws: `FeatureError.file`.
  public func write(_ table: FeatureTable) throws(FeatureError) {
    do throws(FileError) {
      let newPaths = try prepared(paths, table.paths.isEmpty ? nil : table.paths)
      let newLabels = try prepared(labels, table.labelNames)
      var newFeatures = try FileWriter(features)
      switch format {
      case .npy: try writeNumPy(to: &newFeatures, table.vectors, columns: table.dimension)
      case .csv: try writeCSV(to: &newFeatures, table)
      case .safetensors: try writeSafetensors(to: &newFeatures, table)
      }
      try newFeatures.prepare()
      try newFeatures.removeEarlier()
      try replace(paths, by: newPaths)
      try replace(labels, by: newLabels)
      try newFeatures.commit()
    } catch {
      throw .file(error)
    }
  }
}

private func prepared(_ path: String, _ names: [String]?) throws(FileError) -> FileWriter? {
  guard let names else { return nil }
  var writer = try FileWriter(path)
  try writer.write(names.map { oneLine($0) + "\n" }.joined())
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

/// A name with everything escaped that a program may take for the end of a line or for a command. Unlike `printable(_:)`
/// it keeps characters that only join others, since programs look up files by these names.
func oneLine(_ name: String) -> String {
  var result = ""
  for scalar in name.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case _ where rawByte(of: scalar) != nil:
      result += "\\x{\(String(rawByte(of: scalar) ?? 0, radix: 16))}"
    case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}",
      // The marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9).
      "\u{61C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
