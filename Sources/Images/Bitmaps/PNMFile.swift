import CSiamImageCodecs

/// A PNM file: PBM, PGM or PPM, plain or binary, with samples up to 65,535.
///
/// The pixels are those of Pillow. Source: the manual pages pbm(5), pgm(5) and ppm(5) of Netpbm.
struct PNMFile: Bitmap {
  let width, height: Int
  private let bytes: [UInt8]
  /// 1 to 6, the digit behind the P.
  private let kind: Int
  private let largest, offset: Int

  private var isPlain: Bool { kind <= 3 }
  private var isBits: Bool { kind % 3 == 1 }
  private var channels: Int { kind % 3 == 0 ? 3 : 1 }
  private var isWide: Bool { channels == 1 && largest > 255 }

  var colour: ic_colour { channels == 3 ? IC_COLOUR : IC_GREY }
  var memory: Int { bytes.count }
  var depth: Int { isBits ? 1 : largest > 255 ? 16 : 8 }

  init(_ bytes: [UInt8]) throws(BitmapFault) {
    guard bytes.count > 2, (0x31...0x36).contains(bytes[1]) else { throw BitmapFault.tooShort }
    kind = Int(bytes[1]) - 0x30
    var at = 2
    width = try Self.number(in: bytes, at: &at)
    height = try Self.number(in: bytes, at: &at)
    try Self.checked(width, height)
    largest = kind % 3 == 1 ? 1 : try Self.number(in: bytes, at: &at)
    guard (1...65_535).contains(largest) else { throw BitmapFault(reason: "a largest sample of \(largest)") }
    // A single blank is before the samples.
    (self.bytes, offset) = (bytes, at + 1)
  }

  func pixels(clippingWideGrey: Bool) throws(BitmapFault) -> [UInt8] {
    let shown = isBits ? [255, 0] : shades(clippingWideGrey: clippingWideGrey)
    let size = largest > 255 ? 2 : 1
    let stride = isBits ? (width + 7) / 8 : width * channels * size
    guard isPlain || offset + stride * height <= bytes.count else { throw BitmapFault.tooShort }
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    var out = pixels.mutableSpan
    let (span, copies) = (bytes.span, 3 / channels)
    var (at, to) = (offset, 0)
    for y in 0..<height {
      let row = isPlain ? span : span.extracting(offset + stride * y..<offset + stride * (y + 1))
      for x in 0..<width * channels {
        let value =
          if isPlain {
            try plainSample(at: &at)
          } else if isBits {
            Int(row[x / 8] >> (7 - x % 8) & 1)
          } else {
            size == 1 ? Int(row[x]) : Int(row[2 * x]) << 8 | Int(row[2 * x + 1])
          }
        for copy in 0..<copies { out[to + copy] = shown[min(value, largest)] }
        to += copies
      }
    }
    return pixels
  }

  /// What each sample becomes, from 0 to the largest.
  private func shades(clippingWideGrey: Bool) -> [UInt8] {
    let top = isWide ? 65_535.0 : 255.0
    return (0...largest).map { value in
      let scaled = Int(min(top, (Double(value) / Double(largest) * top).rounded(.toNearestOrEven)))
      return UInt8(isWide ? (clippingWideGrey ? min(scaled, 255) : scaled >> 8) : scaled)
    }
  }

  private func plainSample(at place: inout Int) throws(BitmapFault) -> Int {
    let value = try Self.number(in: bytes, at: &place, digits: isBits ? 1 : 5)
    guard value <= largest else {
      throw BitmapFault(reason: "a sample of \(value), where \(largest) is the largest")
    }
    return value
  }

  /// The next number, behind blanks and comments.
  private static func number(
    in bytes: [UInt8], at: inout Int, digits: Int = 12
  ) throws(BitmapFault) -> Int {
    while at < bytes.count, bytes[at] <= 0x20 || bytes[at] == 0x23 {
      let isComment = bytes[at] == 0x23
      at += 1
      while isComment, at < bytes.count, bytes[at] != 0x0A, bytes[at] != 0x0D { at += 1 }
    }
    var (value, count) = (0, 0)
    while at < bytes.count, count < digits, (0x30...0x39).contains(bytes[at]) {
      (value, count) = (10 * value + Int(bytes[at]) - 0x30, count + 1)
      at += 1
    }
    guard count > 0 else {
      throw at < bytes.count ? BitmapFault(reason: "something else where a number is expected") : .tooShort
    }
    return value
  }
}
