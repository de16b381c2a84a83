/// A name as it may stand in a terminal, a log line or a report: on one line, and with nothing hidden in it.
///
/// Control characters, newlines, escape, bidirectional overrides, zero-width and other invisible characters become
/// `\u{1b}`; a backslash becomes `\\`, so that two names never look alike by this.
package func printable(_ name: String) -> String {
  if name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x5C }) { return name }
  var result = ""
  for scalar in name.unicodeScalars { append(scalar, to: &result) }
  return result
}

/// A name as the file system gave it: bytes that are not UTF-8 become `\x{ff}`, all else as in `printable(_:)`.
package func printable(_ name: [UInt8]) -> String {
  var result = ""
  var parser = Unicode.UTF8.ForwardParser()
  var (iterator, place) = (name.makeIterator(), 0)
  while true {
    switch parser.parseScalar(from: &iterator) {
    case .valid(let encoded):
      append(Unicode.UTF8.decode(encoded), to: &result)
      place += encoded.count
    case .error(let length):
      for byte in name[place..<place + length] { result += "\\x{\(String(byte, radix: 16))}" }
      place += length
    case .emptyInput: return result
    }
  }
}

/// A text with what `printable(_:)` would spell out spelled out, but backslashes left alone: for sentences in which names
/// are printable already.
package func withoutHidden(_ text: String) -> String {
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar == "\\" { result.unicodeScalars.append(scalar) } else { append(scalar, to: &result) }
  }
  return result
}

/// JSON with the same value and nothing hidden in it: what JSON itself lets stand, such as DEL, C1 controls and
/// bidirectional overrides, becomes an escape. Line ends between values stay.
package func withoutHiddenInJSON(_ json: String) -> String {
  if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
  var result = ""
  for scalar in json.unicodeScalars {
    // Below DEL nothing raw stands in a string, and above it nothing stands outside of one.
    guard scalar.value >= 0x7F, isHidden(scalar) else {
      result.unicodeScalars.append(scalar)
      continue
    }
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
  return result
}

private func append(_ scalar: Unicode.Scalar, to result: inout String) {
  if scalar == "\\" {
    result += "\\\\"
  } else if isHidden(scalar) {
    result += "\\u{\(String(scalar.value, radix: 16))}"
  } else {
    result.unicodeScalars.append(scalar)
  }
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
  default: scalar.properties.isDefaultIgnorableCodePoint
  }
}
