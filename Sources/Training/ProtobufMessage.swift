import SiamFiles

/// The bytes of a message of Protocol Buffers, field by field.
///
/// Source: "Encoding" in the documentation of Protocol Buffers: a key of number and wire type, then the value.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  /// Adds an integer that is not negative.
  mutating func add(_ field: Int, _ value: Int) {
    addVarint(UInt64(field) << 3)
    addVarint(UInt64(value))
  }

  mutating func add(_ field: Int, _ number: Double) {
    addVarint(UInt64(field) << 3 | 1)
    bytes += bytes64(number.bitPattern)
  }

  mutating func add(_ field: Int, _ number: Float) {
    addVarint(UInt64(field) << 3 | 5)
    bytes += bytes32(number.bitPattern)
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  mutating func add(_ field: Int, _ data: [UInt8]) {
    addVarint(UInt64(field) << 3 | 2)
    addVarint(UInt64(data.count))
    bytes += data
  }

  /// Seven bits a byte, the lowest first, with the eighth set on all but the last.
  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
