/// A cyclic redundancy check of 32 bits, lowest bits first.
private struct CyclicChecksum: Sendable {
  private let table: [UInt32]

  /// - Parameter polynomial: with its bits reversed.
  init(_ polynomial: UInt32) {
    table = (0..<256 as Range<UInt32>).map { index in
      (0..<8).reduce(index) { value, _ in value & 1 == 1 ? polynomial ^ (value >> 1) : value >> 1 }
    }
  }

  func callAsFunction(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = .max
    for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 255)] ^ (sum >> 8) }
    return ~sum
  }
}

private let ofZIP = CyclicChecksum(0xEDB8_8320)
private let ofCastagnoli = CyclicChecksum(0x82F6_3B78)

/// The checksum of ZIP and PNG, CRC-32.
package func crc32(_ bytes: [UInt8]) -> UInt32 { ofZIP(bytes) }

/// CRC-32C, with Castagnoli's polynomial.
///
/// Source: RFC 3720, appendix B.4.
package func crc32c(_ bytes: [UInt8]) -> UInt32 { ofCastagnoli(bytes) }
