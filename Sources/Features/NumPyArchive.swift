import SiamFiles

/// A table as NumPy's `.npz`: `features` (N, D), `paths` (N), and with classes `labels` (N) and `classes`.
func numPyArchive(_ table: FeatureTable, as element: FeatureElement) -> [UInt8] {
  var archive = ZipArchive()
  let shape = [table.count, table.dimension]
  switch element {
  case .float32: archive.add("features.npy", numPyArray("<f4", shape, table.vectors))
  case .float16: archive.add("features.npy", numPyArray("<f2", shape, table.vectors.map { Float16($0) }))
  }
  if !table.paths.isEmpty { archive.add("paths.npy", numPyArray(table.paths)) }
  if let labels = table.labels {
    archive.add("labels.npy", numPyArray("<i8", [labels.count], labels.map(Int64.init)))
  }
  if !table.classes.isEmpty { archive.add("classes.npy", numPyArray(table.classes)) }
  return archive.encoded
}

/// The bytes of a `.npy` file.
///
/// - Precondition: the elements' representation is that of `type`.
private func numPyArray<Element: BitwiseCopyable>(
  _ type: String, _ shape: [Int], _ values: [Element]
) -> [UInt8] {
  unsafe numPyHeader(type, shape) + values.withUnsafeBytes { unsafe [UInt8]($0) }
}

/// Texts as an array of UTF-32, all as long as the longest, the rest zeros.
private func numPyArray(_ texts: [String]) -> [UInt8] {
  let lines = texts.map { Array(oneLineName($0).unicodeScalars) }
  let length = max(1, lines.map(\.count).max() ?? 1)
  var codes = [UInt32](repeating: 0, count: texts.count * length)
  for (row, line) in lines.enumerated() {
    for (column, scalar) in line.enumerated() { codes[row * length + column] = scalar.value }
  }
  return numPyArray("<U\(length)", [texts.count], codes)
}
