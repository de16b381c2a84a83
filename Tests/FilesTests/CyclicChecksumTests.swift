import SiamFiles
import Testing

@Suite struct CyclicChecksumTests {
  @Test(
    "CRC-32 is that of ZIP",
    arguments: [("", 0 as UInt32), ("123456789", 0xCBF4_3926), ("a", 0xE8B7_BE43)])
  func ofZIP(text: String, expected: UInt32) { #expect(crc32(Array(text.utf8)) == expected) }

  // The examples of RFC 3720, appendix B.4, as numbers of the lowest byte first.
  private static let examples: [(bytes: [UInt8], sum: UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 255, count: 32), 0x62A8_AB43),
    ([UInt8](0..<32), 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C),
    (Array("123456789".utf8), 0xE306_9283),
  ]

  @Test("CRC-32C is that of iSCSI", arguments: examples)
  func ofCastagnoli(bytes: [UInt8], expected: UInt32) { #expect(crc32c(bytes) == expected) }
}
