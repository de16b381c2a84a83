import SiamImages
import Testing

@Suite struct DigestTests {
  @Test("any one bit, a swap of words and any length give another name", arguments: [0, 1, 7, 8, 9, 40, 100])
  func differs(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
    var names: Set = [Digest(bytes.span)]
    for bit in 0..<8 * count {
      var other = bytes
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      names.insert(Digest(other.span))
    }
    // Two top bits that would cancel each other in a plain product.
    for word in stride(from: 0, to: count - 15, by: 8) {
      var other = bytes
      other[word + 7] ^= 128
      other[word + 15] ^= 128
      names.insert(Digest(other.span))
    }
    let longer = bytes + [0]
    names.insert(Digest(longer.span))
    #expect(names.count == 1 + 8 * count + max(0, count / 8 - 1) + 1)
    let again = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
    #expect(Digest(again.span) == Digest(bytes.span))
  }

  @Test func `the same samples at another width are another picture`() {
    let pixels = [UInt8](repeating: 9, count: 36)
    #expect(
      Digest(of: Image(width: 3, height: 4, pixels: pixels))
        != Digest(of: Image(width: 4, height: 3, pixels: pixels)))
  }
}
