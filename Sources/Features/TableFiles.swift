import SiamFiles
import SiamTensors

/// Writes a table for spreadsheets: a heading, then path, label and features of each row (RFC 4180).
///
/// Numbers are the shortest that read back as the same Float, or Float16. A name is one line, see `oneLineName(_:)`; an apostrophe goes
/// before one that a spreadsheet would take for a formula, and one with a comma or quote is quoted.
func writeCSV(
  to writer: inout FileWriter, _ table: FeatureTable, as element: FeatureElement = .float32
) throws(FileError) {
  let labels = table.labelNames
  try writer.write("path,label," + (0..<table.dimension).map { "f\($0)" }.joined(separator: ",") + "\r\n")
  for row in 0..<table.count {
    var line = table.paths.isEmpty ? "" : cell(table.paths[row])
    line += ","
    if let labels { line += cell(labels[row]) }
    for value in table.vectors[row * table.dimension..<(row + 1) * table.dimension] {
      line += element == .float16 ? ",\(Float16(value))" : ",\(value)"
    }
    try writer.write(line + "\r\n")
  }
}

/// Writes `features` (N, D), and `labels` (N) as 64-bit integers; the metadata hold the classes' names, one in each line.
func writeSafetensors(
  to writer: inout FileWriter, _ table: FeatureTable, as element: FeatureElement
) throws(FileError) {
  var file = Safetensors()
  let shape = [table.count, table.dimension]
  switch element {
  case .float32: file.add("features", shape, table.vectors)
  case .float16: file.add("features", shape, table.vectors.map { Float16($0) })
  }
  if let labels = table.labels { file.add("labels", [table.count], labels.map(Int64.init)) }
  if !table.classes.isEmpty {
    file.metadata["classes"] = table.classes.map(oneLineName).joined(separator: "\n")
  }
  try file.write(to: &writer)
}
