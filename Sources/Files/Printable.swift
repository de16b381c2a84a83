/// Escapes a name for a terminal, a log line or a report: it stays on one line and hides nothing.
///
/// Control characters, newlines, bidirectional overrides, zero-width and other invisible characters become escapes such as
/// `\u{1b}`, bytes that are not UTF-8 such as `\x{ff}` (see `pathString(_:)`). A backslash becomes `\\`, so that different names
/// stay different.
package func printable(_ name: String) -> String {
  if name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x5C }) { return name }
  var result = ""
  for scalar in name.unicodeScalars { append(scalar, to: &result) }
  return result
}

/// A name that stands alone, escaped, and in quotation marks if a blank at its beginning or end would not be seen.
package func shownName(_ name: String) -> String {
  let hasBlank = name.utf8.first == 0x20 || name.utf8.last == 0x20 || name.isEmpty
  return hasBlank ? "“\(printable(name))”" : printable(name)
}

/// Escapes bytes that are mostly UTF-8, such as a C library's message, as `printable(_:)` does a name.
package func printable(_ bytes: [UInt8]) -> String { printable(pathString(bytes)) }

/// The name that `printable(_:)` escaped; nil for a text that it never gives.
package func unescaped(_ text: some StringProtocol) -> String? {
  var name = ""
  var rest = text.unicodeScalars[...]
  while let scalar = rest.popFirst() {
    guard scalar == "\\" else {
      name.unicodeScalars.append(scalar)
      continue
    }
    let kind = rest.popFirst()
    if kind == "\\" {
      name += "\\"
      continue
    }
    guard kind == "u" || kind == "x", rest.popFirst() == "{", let end = rest.firstIndex(of: "}"),
      let value = UInt32(String(String.UnicodeScalarView(rest[..<end])), radix: 16),
      kind == "u" || (0x80...0xFF).contains(value),
      let scalar = Unicode.Scalar(kind == "u" ? value : 0xEF00 + value)
    else { return nil }
    name.unicodeScalars.append(scalar)
    rest = rest[rest.index(after: end)...]
  }
  return name
}

/// A name with everything escaped that a program may take for the end of a line or for a command. Unlike `printable(_:)`
/// it keeps characters that only join others, since programs look up files by these names.
package func oneLineName(_ name: String) -> String {
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

/// Escapes what `printable(_:)` does except backslashes: for sentences whose names are escaped already.
package func withoutHidden(_ text: String) -> String {
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar == "\\" { result.unicodeScalars.append(scalar) } else { append(scalar, to: &result) }
  }
  return result
}

/// Escapes the invisible characters that JSON allows unescaped, such as DEL, C1 controls and bidirectional overrides; the
/// value stays the same, and so do line ends between values.
package func withoutHiddenInJSON(_ json: String) -> String {
  if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
  var result = ""
  for scalar in json.unicodeScalars {
    // JSON strings contain no raw control characters below DEL, and outside strings JSON is ASCII.
    guard scalar.value >= 0x7F, isHidden(scalar) else {
      result.unicodeScalars.append(scalar)
      continue
    }
    for unit in String(scalar).utf16 {
      result += "\\u" + hexadecimal(unit, digits: 4)
    }
  }
  return result
}

/// Appends a scalar, escaped if it is a backslash or invisible.
private func append(_ scalar: Unicode.Scalar, to result: inout String) {
  if scalar == "\\" {
    result += "\\\\"
  } else if let byte = rawByte(of: scalar) {
    result += "\\x{\(String(byte, radix: 16))}"
  } else if isHidden(scalar) {
    result += "\\u{\(String(scalar.value, radix: 16))}"
  } else {
    result.unicodeScalars.append(scalar)
  }
}

/// Whether a scalar shows nothing of its own, or changes how its neighbours are shown.
private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
  default: scalar.properties.isDefaultIgnorableCodePoint
  }
}
