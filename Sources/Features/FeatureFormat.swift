import SiamFiles

/// The files that features can be written as, chosen by the extension of the name.
package enum FeatureFormat: String, Sendable, CaseIterable {
  /// NumPy's array: float32, (N, D).
  case npy
  /// A table for spreadsheets: path, label, f0, f1, ...
  case csv
  /// Named arrays: `features`, and `labels` where there are any.
  case safetensors

  /// - Throws: `FeatureError.unknownFormat` for any other extension; upper and lower case are the same.
  package init(path: String) throws(FeatureError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last, let format = Self(rawValue: last.lowercased()) else {
      throw .unknownFormat(path: path)
    }
    self = format
  }
}

/// The files that one table of features becomes.
package struct FeatureFiles: Sendable, Equatable {
  /// The features themselves.
  package let features: String
  package let format: FeatureFormat

  /// - Throws: `FeatureError.unknownFormat`.
  package init(_ path: String) throws(FeatureError) {
    (features, format) = (path, try FeatureFormat(path: path))
  }

  /// Row for row the pictures' paths: "a/features.npy" has "a/features.paths.txt" beside it.
  package var paths: String { stem + ".paths.txt" }
  /// Row for row the pictures' classes.
  package var labels: String { stem + ".labels.txt" }
  /// All that `write` may replace, to ask before.
  package var all: [String] { [features, paths, labels] }

  private var stem: String { String(features.dropLast(format.rawValue.count + 1)) }

  /// Writes the features and, where the table has them, paths and labels; each file appears whole or not at all, the
  /// features last. Paths and labels of an earlier table, which would now belong to other rows, are removed.
  ///
  /// All is written before anything that was there goes, and earlier features go first: whatever ends the program on the
  /// way, features have the paths and labels that belong to them beside them.
  ///
  /// In all of them a name is one line: a backslash is doubled, and control characters, line ends and changes of the
  /// writing's direction are spelled out, such as `\u{a}`.
  package func write(_ table: FeatureTable) throws(FeatureError) {
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
  /// The class of each row, by name where classes are named, else by number.
  var labelNames: [String]? {
    labels.map { labels in labels.map { classes.isEmpty ? String($0) : classes[$0] } }
  }
}

/// A name without anything that some program takes for the end of a line or obeys. Unlike in `printable(_:)` what only
/// joins characters stays, since programs look files up by these names.
func oneLine(_ name: String) -> String {
  var result = ""
  for scalar in name.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}",
      // The marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9).
      "\u{61C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
