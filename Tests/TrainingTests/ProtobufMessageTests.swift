import Testing

@testable import SiamTraining

@Suite struct ProtobufMessageTests {
  // The examples of the documentation of Protocol Buffers, "Encoding".
  @Test func `integers, texts and messages have the bytes of the documentation`() {
    var inner = ProtobufMessage()
    inner.add(1, 150)
    #expect(inner.bytes == [0x08, 0x96, 0x01])
    var text = ProtobufMessage()
    text.add(2, "testing")
    #expect(text.bytes == [0x12, 0x07] + Array("testing".utf8))
    var outer = ProtobufMessage()
    outer.add(3, inner)
    #expect(outer.bytes == [0x1A, 0x03, 0x08, 0x96, 0x01])
  }

  @Test func `floating-point numbers are fixed, the lowest byte first`() {
    var message = ProtobufMessage()
    message.add(1, 1.5)
    message.add(2, Float(-2))
    #expect(message.bytes == [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x15, 0, 0, 0, 0xC0])
  }

  @Test func `a field above 15 and a long one have keys and lengths of two bytes`() {
    var message = ProtobufMessage()
    message.add(20, 7)
    message.add(1, [UInt8](repeating: 9, count: 300))
    #expect(
      message.bytes.starts(with: [0xA0, 0x01, 0x07, 0x0A, 0xAC, 0x02, 9]) && message.bytes.count == 306)
  }
}
