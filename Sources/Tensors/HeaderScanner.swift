/// A parser of the subset of JSON that safetensors headers use: objects, strings and arrays of integers.
///
/// It does not recurse, so no input can exhaust the stack.
struct HeaderScanner {
  /// Why the text is refused.
  typealias Fault = SafetensorsHeader.Fault

  private let bytes: [UInt8]
  private let end: Int
  private var offset: Int

  /// A parser of the bytes in a range.
  ///
  /// - Precondition: `range` is within `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.upperBound <= bytes.count, "\(range) of \(bytes.count) bytes")
    (self.bytes, offset, end) = (bytes, range.lowerBound, range.upperBound)
  }

  /// Reads `{"key": value, ...}`; `value` is called with each key to read its value.
  mutating func object(
    _ value: (inout HeaderScanner, String) throws(Fault) -> Void
  ) throws(Fault) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string().text
      try expect(":")
      try value(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Reads `[1,2,3]`: integers of at least 0.
  mutating func integers() throws(Fault) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var result: [Int] = []
    repeat { result.append(try integer()) } while take(",")
    try expect("]")
    return result
  }

  /// Reads a string; `range` is that of its characters in the file, without the quotes.
  mutating func string() throws(Fault) -> (text: String, range: Range<Int>) {
    try expect("\"")
    let start = offset
    var text: [UInt8] = []
    while true {
      // Most strings are a single run without escapes.
      let run = offset
      while offset < end, bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\""),
        bytes[offset] != UInt8(ascii: "\\")
      {
        offset += 1
      }
      text += bytes[run..<offset]
      guard offset < end else { throw Fault("an unterminated string") }
      if bytes[offset] == UInt8(ascii: "\"") { break }
      guard bytes[offset] >= 0x20 else { throw Fault("a control character in a string at byte \(offset)") }
      offset += 1
      try appendEscape(to: &text)
    }
    let range = start..<offset
    offset += 1
    guard let result = String(validating: text, as: UTF8.self) else {
      throw Fault("a string at byte \(start) that is not UTF-8")
    }
    return (result, range)
  }

  /// Checks that nothing but white space follows.
  mutating func finish() throws(Fault) {
    skipSpace()
    guard offset == end else { throw Fault("more than one object in the header") }
  }

  private mutating func integer() throws(Fault) -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while offset < end, case let digit = bytes[offset] &- UInt8(ascii: "0"), digit <= 9 {
      let (tens, overflowsA) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsB) = tens.addingReportingOverflow(Int(digit))
      guard !overflowsA, !overflowsB else { throw Fault("a number too large at byte \(start)") }
      (value, offset) = (sum, offset + 1)
    }
    guard offset > start, bytes[start] != UInt8(ascii: "0") || offset == start + 1 else {
      throw Fault("no integer at byte \(start)")
    }
    return value
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(Fault) {
    guard offset < end else { throw Fault("an unterminated string") }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      var value = try fourDigits()
      if (0xD800..<0xDC00).contains(value) {
        guard offset + 1 < end, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else {
          throw Fault("half a surrogate pair at byte \(offset)")
        }
        offset += 2
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw Fault("half a surrogate pair at byte \(offset)") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw Fault("half a surrogate pair at byte \(offset)") }
      text += String(Character(scalar)).utf8
    default: throw Fault("an unknown escape at byte \(offset - 1)")
    }
  }

  private mutating func fourDigits() throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < end, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue,
        bytes[offset] < 0x80
      else { throw Fault("an escape without its four digits at byte \(offset)") }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard take(character) else { throw Fault("no \(character) at byte \(offset)") }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < end, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < end {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }
}
