import SiamFiles
import Testing

@Suite struct PathBytesTests {
  @Test(
    "every name is one string and back",
    arguments: [
      [], [0x61, 0x2F, 0x62], [0x63, 0x61, 0x66, 0xE9], Array("Grün 猫 é 😀".utf8), [0xC3], [0xC3, 0x28],
      [0xE2, 0x82, 0x61], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xFF, 0xFE, 0x80],
      Array("\u{EF80}\u{EFFF}".utf8),
      Array("\u{EE00}\u{F000}".utf8), [0xEE, 0xBE], [0xEE, 0xBE, 0x80, 0xEE], Array(0x01...0xFF),
    ] as [[UInt8]])
  func inverse(bytes: [UInt8]) {
    #expect(pathBytes(pathString(bytes)) == bytes)
  }

  @Test func `names in UTF-8 stay as they are, other bytes have their own characters`() {
    #expect(pathString(Array("a é".utf8)) == "a é")
    #expect(pathString([0x61, 0xE9, 0x62]) == "a\u{EFE9}b")
    // The escapes' own characters are escaped, so that no two names are one string.
    #expect(pathString(Array("\u{EFE9}".utf8)) == "\u{EFEE}\u{EFBF}\u{EFA9}")
    #expect(pathString([0xE9]) != pathString(Array("\u{EFE9}".utf8)))
  }

  @Test func `joined paths are joined bytes`() {
    let parts: [[UInt8]] = [[0xC3], [0xA9], [0x2F, 0xFF], [0xEE]]
    #expect(pathBytes(parts.map { pathString($0) }.joined()) == parts.flatMap(\.self))
  }

  @Test func `paths sort as Python sorts them, which is by their characters`() {
    let names: [[UInt8]] = [
      [0x61], [0x7A], Array("é".utf8), Array("猫".utf8), [0x80], [0xFF], Array("😀".utf8),
    ]
    let sorted = names.map { pathString($0) }.shuffled().sorted { precedes($0, $1) }
    #expect(sorted.map { pathBytes($0) } == names)
  }
}
