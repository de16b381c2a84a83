/// Reads the little of JSON that a safetensors header is made of: objects, strings and lists of whole numbers.
///
/// Nothing nests by recursion, so no input can exhaust the stack.
struct HeaderScanner {
  typealias Fault = SafetensorsHeader.Fault

  private let bytes: [UInt8]
  private let end: Int
  private var place: Int

  /// - Precondition: `range` lies within `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.upperBound <= bytes.count, "\(range) of \(bytes.count) bytes")
    (self.bytes, place, end) = (bytes, range.lowerBound, range.upperBound)
  }

  /// Reads `{"key": value, ...}`; `value` reads what stands behind each key.
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

  /// Reads `[1,2,3]`: whole numbers of at least 0.
  mutating func integers() throws(Fault) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var result: [Int] = []
    repeat { result.append(try integer()) } while take(",")
    try expect("]")
    return result
  }

  /// Reads a string; `place` is where its characters stand, without the quotes.
  mutating func string() throws(Fault) -> (text: String, place: Range<Int>) {
    try expect("\"")
    let start = place
    var text: [UInt8] = []
    while true {
      // Most strings are one run of characters that stand for themselves.
      let run = place
      while place < end, bytes[place] >= 0x20, bytes[place] != UInt8(ascii: "\""),
        bytes[place] != UInt8(ascii: "\\")
      {
        place += 1
      }
      text += bytes[run..<place]
      guard place < end else { throw Fault("a string without end") }
      if bytes[place] == UInt8(ascii: "\"") { break }
      guard bytes[place] >= 0x20 else { throw Fault("a control character in a string at byte \(place)") }
      place += 1
      try appendEscape(to: &text)
    }
    let range = start..<place
    place += 1
    guard let result = String(validating: text, as: UTF8.self) else {
      throw Fault("a string at byte \(start) that is not UTF-8")
    }
    return (result, range)
  }

  /// After the last value only space may follow.
  mutating func finish() throws(Fault) {
    skipSpace()
    guard place == end else { throw Fault("more than one object in the header") }
  }

  private mutating func integer() throws(Fault) -> Int {
    skipSpace()
    let start = place
    var value = 0
    while place < end, case let digit = bytes[place] &- UInt8(ascii: "0"), digit <= 9 {
      let (tens, overflowsA) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsB) = tens.addingReportingOverflow(Int(digit))
      guard !overflowsA, !overflowsB else { throw Fault("a number too large at byte \(start)") }
      (value, place) = (sum, place + 1)
    }
    guard place > start, bytes[start] != UInt8(ascii: "0") || place == start + 1 else {
      throw Fault("no whole number at byte \(start)")
    }
    return value
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(Fault) {
    guard place < end else { throw Fault("a string without end") }
    let letter = bytes[place]
    place += 1
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
        guard place + 1 < end, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
        else {
          throw Fault("half a surrogate pair at byte \(place)")
        }
        place += 2
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw Fault("half a surrogate pair at byte \(place)") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw Fault("half a surrogate pair at byte \(place)") }
      text += String(Character(scalar)).utf8
    default: throw Fault("an unknown escape at byte \(place - 1)")
    }
  }

  private mutating func fourDigits() throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < end, let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue,
        bytes[place] < 0x80
      else { throw Fault("an escape without its four digits at byte \(place)") }
      value = value << 4 | UInt32(digit)
      place += 1
    }
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard take(character) else { throw Fault("no \(character) at byte \(place)") }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < end, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < end {
      switch bytes[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default: return
      }
    }
  }
}
