/// A name of 128 bits for some bytes: equal bytes have equal names, and two files of a folder that differ have, in all
/// likelihood, different ones (with a million of them the odds of one mistake are 1 in 10²⁶).
///
/// It is no defence against bytes that were made to have the same name.
package struct Digest: Sendable, Hashable {
  private var first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var second: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  /// The name as two numbers.
  package var halves: [UInt64] { [first, second] }

  /// The name of these bytes.
  package init(_ bytes: Span<UInt8>) {
    add(UInt64(bytes.count))
    let whole = bytes.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) { add(Self.word(bytes.extracting(start..<start + 8))) }
    var rest: UInt64 = 0
    for place in whole..<bytes.count { rest = rest << 8 | UInt64(bytes[place]) }
    add(rest)
  }

  /// The name of a picture's size and pixels.
  package init(of image: Image) {
    self.init(image.pixels.span)
    add(UInt64(image.width))
  }

  @inline(__always)
  private static func word(_ eight: Span<UInt8>) -> UInt64 {
    let low = UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
    let high = UInt64(eight[4]) | UInt64(eight[5]) << 8 | UInt64(eight[6]) << 16 | UInt64(eight[7]) << 24
    return low | high << 32
  }

  /// Both halves of a product depend on every bit of the word, which a product alone does not give.
  @inline(__always)
  private mutating func add(_ word: UInt64) {
    let a = (first ^ word).multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
    let b = (second ^ (word << 29 | word >> 35)).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    first = (first &+ a.high) ^ a.low
    second = (second &+ b.high) ^ b.low
  }
}
