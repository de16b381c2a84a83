/// The columns a text takes on a terminal: none for combining and format characters, two for wide ones.
///
/// Source: Unicode Standard Annex 11 (East Asian Width), its wide blocks in ranges.
func columns(_ text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + columns($1) }
}

private func columns(_ scalar: Unicode.Scalar) -> Int {
  if (0x20...0x7E).contains(scalar.value) { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
    0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// The text cut to at most `width` columns, with "…" where something was cut off.
func shortened(_ text: String, to width: Int) -> String {
  guard columns(text) > width else { return text }
  guard width > 0 else { return "" }
  var kept = ""
  var used = 1
  for character in text {
    used += columns(String(character))
    if used > width { break }
    kept.append(character)
  }
  return kept + "…"
}

/// The text padded with spaces to `width` columns.
func padded(_ text: String, to width: Int, onTheLeft: Bool = false) -> String {
  let spaces = String(repeating: " ", count: max(0, width - columns(text)))
  return onTheLeft ? spaces + text : text + spaces
}
