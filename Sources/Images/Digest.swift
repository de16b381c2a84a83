import SiamFiles

/// A hash of 128 bits: equal bytes have equal digests, and different files most likely have different ones (for a million
/// files the probability of a single collision is below 10⁻²⁶).
///
/// It is not a cryptographic hash: collisions can be made on purpose.
package struct Digest: Sendable, Hashable {
  private var first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var second: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  /// The digest as two numbers of 64 bits.
  package var halves: [UInt64] { [first, second] }

  /// The digest in 32 hexadecimal digits.
  package var text: String { hexadecimal(first, digits: 16) + hexadecimal(second, digits: 16) }

  /// The digest of some bytes.
  package init(_ bytes: Span<UInt8>) {
    self.init(count: bytes.count)
    add(bytes, isLast: true)
  }

  /// The digest of a text's UTF-8 bytes.
  package init(of text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span)
  }

  /// The beginning of a digest of so many bytes, which are then added in pieces.
  init(count: Int) { add(UInt64(count)) }

  /// Adds a piece, whose length is a multiple of 8 unless it is the last.
  mutating func add(_ bytes: Span<UInt8>, isLast: Bool) {
    let end = bytes.count / 8 * 8
    for start in stride(from: 0, to: end, by: 8) { add(Self.word(bytes.extracting(start..<start + 8))) }
    guard isLast else { return }
    var rest: UInt64 = 0
    for index in end..<bytes.count { rest = rest << 8 | UInt64(bytes[index]) }
    add(rest)
  }

  /// The digest of an image's size and pixels.
  package init(of image: Image) {
    self.init(image.pixels.span)
    add(UInt64(image.width))
  }

  /// Eight bytes as a little-endian number.
  @inline(__always)
  private static func word(_ eight: Span<UInt8>) -> UInt64 {
    let low = UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
    let high = UInt64(eight[4]) | UInt64(eight[5]) << 8 | UInt64(eight[6]) << 16 | UInt64(eight[7]) << 24
    return low | high << 32
  }

  /// Mixes a word into both halves. Both words of the full product are used, since together they depend on every bit.
  @inline(__always)
  private mutating func add(_ word: UInt64) {
    let a = (first ^ word).multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
    let b = (second ^ (word << 29 | word >> 35)).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    first = (first &+ a.high) ^ a.low
    second = (second &+ b.high) ^ b.low
  }
}
