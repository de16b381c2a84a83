/// The records of a table of comma-separated values, each with the line that it begins on.
///
/// Cells may be quoted, with quotes doubled inside; a line ends with CR LF or LF; a byte order mark is skipped, and so are empty
/// lines.
/// Source: RFC 4180.
/// - Throws: ``CSVFault`` for a quote that is not closed, or that stands within or behind a cell.
package func csvRecords(_ bytes: [UInt8]) throws(CSVFault) -> [(line: Int, cells: [String])] {
  let (quote, comma, lf, cr) = (
    UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")
  )
  var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
  var records: [(line: Int, cells: [String])] = []
  var (line, first): (Int, Int) = (1, 1)
  var (cells, cell, wasQuoted): ([String], [UInt8], Bool) = ([], [], false)
  func text(_ cell: [UInt8]) -> String { pathString(cell) }
  while let byte = rest.popFirst() {
    switch byte {
    case quote where cell.isEmpty && !wasQuoted:
      wasQuoted = true
      while true {
        guard let inner = rest.popFirst() else {
          throw CSVFault(line: first, reason: "a quote that is not closed")
        }
        if inner == quote {
          guard rest.first == quote else { break }
          rest.removeFirst()
        }
        if inner == lf { line += 1 }
        cell.append(inner)
      }
    case comma:
      cells.append(text(cell))
      (cell, wasQuoted) = ([], false)
    case cr where rest.first == lf: continue
    case lf:
      if !(cells.isEmpty && cell.isEmpty && !wasQuoted) { records.append((first, cells + [text(cell)])) }
      line += 1
      (first, cells, cell, wasQuoted) = (line, [], [], false)
    case quote: throw CSVFault(line: line, reason: "a quote within a cell that is not quoted")
    default:
      if wasQuoted { throw CSVFault(line: line, reason: "text behind a quoted cell") }
      cell.append(byte)
    }
  }
  if !(cells.isEmpty && cell.isEmpty && !wasQuoted) { records.append((first, cells + [text(cell)])) }
  return records
}

/// What breaks the rules of comma-separated values, and on which line.
package struct CSVFault: Error, Equatable, Sendable {
  package let line: Int
  package let reason: String
}

/// A text as a cell of comma-separated values: in quotation marks where it needs them.
package func csvCell(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { "\",;\r\n".unicodeScalars.contains($0) }) else { return text }
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}

/// A name as a cell of a spreadsheet: on one line, and never a formula.
package func cell(_ name: String) -> String {
  let shown = oneLineName(name)
  // Common spreadsheets run what starts like this as a formula (OWASP, "CSV injection").
  let isFormula = shown.unicodeScalars.first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
  return csvCell((isFormula ? "'" : "") + shown)
}
