import Testing

@testable import SiamTensors

/// A file of that header and that many bytes of data.
private func file(_ header: String, data: Int = 0) -> [UInt8] { file([UInt8](header.utf8), data: data) }

private func file(_ header: [UInt8], data: Int = 0) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    + [UInt8](repeating: 0, count: data)
}

private func u8(_ name: String, _ shape: String, _ offsets: String, type: String = "U8") -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
}

private func reason(_ bytes: [UInt8]) -> String? {
  do throws(SafetensorsHeader.Fault) {
    _ = try SafetensorsHeader(file: bytes)
    return nil
  } catch {
    return error.reason
  }
}

@Suite struct SafetensorsHeaderTests {
  @Test(
    "a header that keeps the rules is read",
    arguments: [
      ("{}", 0), ("  { }  ", 0), ("{\(u8("a", "[2,3]", "[0,6]"))}", 6),
      ("{\(u8("a", "[1]", "[1,2]")),\(u8("b", "[1]", "[0,1]"))}", 2),
      ("{ \"a\" : { \"shape\" : [ 2 ] ,\n\t\"data_offsets\" : [ 0 , 2 ] , \"dtype\" : \"U8\" } }", 2),
      ("{\(u8("a", "[0]", "[0,0]")),\(u8("b", "[1]", "[0,1]")),\(u8("c", "[0]", "[1,1]"))}", 1),
      (#"{"__metadata__":{"a":"\ud83d\ude00\u00e9\/"}}"#, 0), (#"{"__metadata__":{}}"#, 0),
    ])
  func good(header: String, data: Int) { #expect(reason(file(header, data: data)) == nil) }

  @Test(
    "a header that breaks a rule is refused for that reason",
    arguments: [
      ("", 0, "no { at byte 8"), ("[]", 0, "no { at byte 8"), ("{", 0, "no \" at byte 9"),
      ("{}{}", 0, "more than one object in the header"), ("{}\0", 0, "more than one object in the header"),
      ("{\"a\"}", 0, "no : at byte 12"), ("{\"a", 0, "an unterminated string"),
      ("{\"a\\", 0, "an unterminated string"), ("{\"\\x\":1}", 0, "an unknown escape at byte 11"),
      ("{\"\\u12g4\":1}", 0, "an escape without its four digits at byte 14"),
      ("{\"\\ud800\":1}", 0, "half a surrogate pair at byte 16"),
      ("{\"\\udc00\":1}", 0, "half a surrogate pair at byte 16"),
      ("{\"\\ud800\\u0041\":1}", 0, "half a surrogate pair at byte 22"),
      ("{\"a\nb\":1}", 0, "a control character in a string at byte 11"),
      ("{\(u8("a", "[1]", "[0,1]")),}", 1, "no \" at byte 61"),
      ("{\(u8("a", "[1]", "[0,1]")),\(u8("a", "[1]", "[1,2]"))}", 2, "the name a occurs twice"),
      (#"{"__metadata__":{"k":"1","k":"2"}}"#, 0, "the metadata k occurs twice"),
      (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "the name __metadata__ occurs twice"),
      (#"{"__metadata__":{"k":1}}"#, 0, "no \" at byte 29"),
      (#"{"__metadata__":{"fnv1a64":"0"}}"#, 0, "a malformed checksum"),
      (#"{"__metadata__":{"fnv1a64":"0123456789abcdef","fnv1a64":"0123456789abcdef"}}"#, 0, "two checksums"),
      (#"{"__metadata__":{"fnv1a64":"012345678\u0039abcdef"}}"#, 0, "a malformed checksum"),
      ("{\(u8("a", "[-1]", "[0,1]"))}", 1, "no integer at byte 36"),
      ("{\(u8("a", "[1.0]", "[0,1]"))}", 1, "no ] at byte 37"),
      ("{\(u8("a", "[1e0]", "[0,1]"))}", 1, "no ] at byte 37"),
      ("{\(u8("a", "[01]", "[0,1]"))}", 1, "no integer at byte 36"),
      ("{\(u8("a", "[]]", "[0,1]"))}", 1, "no } at byte 37"),
      ("{\(u8("a", "[1,]", "[0,1]"))}", 1, "no integer at byte 38"),
      ("{\(u8("a", "[9223372036854775808]", "[0,1]"))}", 1, "a number too large at byte 36"),
      ("{\(u8("a", "[99999999999999999999999999]", "[0,1]"))}", 1, "a number too large at byte 36"),
      (
        "{\(u8("a", "[4294967296,4294967296]", "[0,0]"))}", 0,
        "a has the impossible shape [4294967296, 4294967296]"
      ),
      (
        "{\(u8("a", "[4611686018427387904]", "[0,0]", type: "F32"))}", 0,
        "a has the impossible shape [4611686018427387904]"
      ),
      ("{\(u8("a", "[2]", "[0,1]"))}", 1, "a has 1 bytes, its shape [2] asks for 2"),
      ("{\(u8("a", "[]", "[0,0]"))}", 0, "a has 0 bytes, its shape [] asks for 1"),
      ("{\(u8("a", "[1]", "[0,1]", type: "F4"))}", 1, "a has elements of unknown kind F4"),
      ("{\(u8("a", "[1]", "[1,0]"))}", 1, "the data of a lies outside the file"),
      ("{\(u8("a", "[2]", "[0,2]"))}", 1, "the data of a lies outside the file"),
      (
        "{\(u8("a", "[1]", "[9223372036854775806,9223372036854775807]"))}", 1,
        "the data of a lies outside the file"
      ),
      ("{\(u8("a", "[1]", "[0]"))}", 1, "a lacks its dtype, shape or data_offsets"),
      ("{\(u8("a", "[1]", "[0,1,1]"))}", 1, "a lacks its dtype, shape or data_offsets"),
      (#"{"a":{"dtype":"U8","shape":[1]}}"#, 1, "a lacks its dtype, shape or data_offsets"),
      (#"{"a":{"dtype":"U8","dtype":"U8"}}"#, 1, "a has an unexpected dtype"),
      (#"{"a":{"size":[1]}}"#, 1, "a has an unexpected size"),
      (
        "{\(u8("a", "[2]", "[0,2]")),\(u8("b", "[2]", "[1,3]"))}", 3, "the data of b overlaps or leaves a gap"
      ),
      (
        "{\(u8("a", "[1]", "[0,1]")),\(u8("b", "[1]", "[0,1]"))}", 1, "the data of b overlaps or leaves a gap"
      ),
      (
        "{\(u8("a", "[1]", "[0,1]")),\(u8("b", "[1]", "[2,3]"))}", 3, "the data of b overlaps or leaves a gap"
      ),
      ("{\(u8("a", "[1]", "[1,2]"))}", 2, "the data of a overlaps or leaves a gap"),
      ("{\(u8("a", "[1]", "[0,1]"))}", 3, "2 bytes that belong to no array"),
    ])
  func bad(header: String, data: Int, expected: String) {
    #expect(reason(file(header, data: data)) == expected)
  }

  @Test(
    "a header's length is checked before it is believed",
    arguments: [
      ([], "shorter than the length of its header"),
      ([1, 0, 0, 0, 0, 0, 0], "shorter than the length of its header"),
      ([1, 0, 0, 0, 0, 0, 0, 0], "a header of 1 bytes in a file of 8"),
      ([255, 255, 255, 255, 255, 255, 255, 255], "a header of 18446744073709551615 bytes"),
      ([255, 255, 255, 255, 255, 255, 255, 127], "a header of 9223372036854775807 bytes"),
      ([1, 225, 245, 5, 0, 0, 0, 0], "a header of 100000001 bytes"),
    ])
  func length(bytes: [UInt8], expected: String) { #expect(reason(bytes) == expected) }

  @Test(
    "a name that is not UTF-8 is refused", arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]])
  func utf8(name: [UInt8]) {
    #expect(
      reason(file(Array("{\"".utf8) + name + Array("\":{}}".utf8))) == "a string at byte 10 that is not UTF-8"
    )
  }

  @Test func `a bracket a byte does not exhaust the stack`() {
    #expect(reason(file(String(repeating: "{", count: 1_000_000))) == "no \" at byte 9")
    #expect(reason(file("{\"a\":" + String(repeating: "[", count: 1_000_000))) == "no { at byte 13")
  }
}
