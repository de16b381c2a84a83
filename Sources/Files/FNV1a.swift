/// The FNV-1a hash, 64 bits.
///
/// Each step is invertible, so inputs of one length that differ in a single value never collide. It is no defence against
/// an attacker.
///
/// Source: Fowler, Noll, Vo; RFC 9923.
package struct FNV1a: Sendable {
  @usableFromInline var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of everything added so far.
  package var value: UInt64 { state }

  /// Starts with the hash of nothing.
  @inlinable package init() {}

  /// Adds one value: a byte in the original definition, a wider word where speed matters more.
  @inlinable package mutating func add(_ word: UInt64) { state = (state ^ word) &* 0x100_0000_01B3 }

  /// Adds bytes, one at a time.
  package mutating func add(_ bytes: Span<UInt8>) {
    var hash = self
    for index in bytes.indices { hash.add(UInt64(bytes[index])) }
    self = hash
  }

  /// Adds the UTF-8 bytes of a text, one at a time.
  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
  }
}
