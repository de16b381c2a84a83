import SiamFiles
import Testing

@Suite struct FNV1aTests {
  @Test(
    "the hash is that of the reference's test vectors",
    arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)]
      as [(String, UInt64)])
  func vectors(text: String, value: UInt64) {
    var hash = FNV1a()
    hash.add(text)
    #expect(hash.value == value)
    var bytewise = FNV1a()
    let bytes = Array(text.utf8)
    bytewise.add(bytes.span)
    #expect(bytewise.value == value)
  }

  @Test(
    "hexadecimal numbers are as long as asked for, or longer", arguments: [(0, 4, "0000"), (0xABC, 2, "abc")])
  func hexadecimals(value: UInt64, digits: Int, text: String) {
    #expect(hexadecimal(value, digits: digits) == text)
  }
}
