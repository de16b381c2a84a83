/// The key in the metadata under which a file carries its checksum, 16 hexadecimal digits.
let checksumKey = "fnv1a64"

/// FNV-1a, 64 bits: every step is invertible, so no change of one byte goes unnoticed.
///
/// Source: Fowler, Noll, Vo; RFC 9923.
struct Checksum {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: Span<UInt8>) {
    var value = value
    for index in bytes.indices { value = (value ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    self.value = value
  }

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The checksum of a file: of all its bytes, with the 16 digits of the checksum itself as "0".
func checksum(of file: [UInt8], omitting place: Range<Int>) -> String {
  var sum = Checksum()
  let bytes = file.span
  sum.add(bytes.extracting(..<place.lowerBound))
  let blank = [UInt8](repeating: UInt8(ascii: "0"), count: place.count)
  sum.add(blank.span)
  sum.add(bytes.extracting(place.upperBound...))
  return sum.text
}
