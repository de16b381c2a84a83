import CSiamImageCodecs

/// A BMP file: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, also with run lengths or masks.
///
/// The pixels are those of Pillow. Source: "Bitmap Storage", Windows GDI.
struct BMPFile: Bitmap {
  let width, height: Int
  private let file: BitmapBytes
  private let isTopDown: Bool
  private let bits, compression, offset: Int
  /// Three bytes a colour, RGB.
  private let palette: [UInt8]
  /// Red, green and blue of 16 and 32 bits.
  private let masks: [Int]

  var colour: ic_colour { bits <= 8 ? IC_PALETTE : IC_COLOUR }
  var depth: Int { min(bits, 8) }
  var memory: Int { file.bytes.count + (isRunLength ? width * height : 0) }
  private var isRunLength: Bool { compression == Self.runsOf8 || compression == Self.runsOf4 }

  private static let (plain, runsOf8, runsOf4, masked) = (0, 1, 2, 3)

  init(_ bytes: [UInt8]) throws(BitmapFault) {
    let file = BitmapBytes(bytes: bytes)
    let size = try file.number(at: 14, bytes: 4)
    var start = try file.number(at: 10, bytes: 4)
    let isOld = size == 12
    guard isOld || [16, 40, 52, 56, 64, 108, 124].contains(size) else {
      throw BitmapFault(reason: "a header of \(size) bytes")
    }
    let wide = isOld ? 2 : 4
    var height = try file.number(at: 18 + wide, bytes: wide)
    // A negative height counts from the top.
    isTopDown = !isOld && height >= 1 << 31
    if isTopDown { height = 1 << 32 - height }
    width = try file.number(at: 18, bytes: wide)
    self.height = height
    try Self.checked(width, height)
    bits = try file.number(at: isOld ? 24 : 28, bytes: 2)
    guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw BitmapFault(reason: "\(bits) bits a pixel") }
    compression = isOld || size == 16 ? Self.plain : try file.number(at: 30, bytes: 4)
    let fits =
      switch compression {
      case Self.plain: true
      case Self.runsOf8: bits == 8
      case Self.runsOf4: bits == 4
      case Self.masked: bits >= 16
      default: false
      }
    guard fits else { throw BitmapFault(reason: "compression \(compression) of \(bits) bits a pixel") }
    var colours: [UInt8] = []
    if bits <= 8 {
      let named = isOld || size == 16 ? 0 : try file.number(at: 46, bytes: 4)
      let count = named == 0 ? 1 << bits : named
      guard count <= 1 << 16 else { throw BitmapFault(reason: "a palette of \(count) colours") }
      let step = isOld ? 3 : 4
      for index in 0..<min(count, 1 << bits) {
        let at = 14 + size + step * index
        for channel in [2, 1, 0] { colours.append(UInt8(try file.number(at: at + channel, bytes: 1))) }
      }
      if start == 14 + size { start += step * count }
    }
    colours += [UInt8](repeating: 0, count: 3 * 256 - colours.count)
    palette = colours
    if compression == Self.masked {
      var found: [Int] = []
      for channel in 0..<3 { found.append(try file.number(at: 54 + 4 * channel, bytes: 4)) }
      masks = found
    } else {
      masks = bits == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF0000, 0xFF00, 0xFF]
    }
    guard bits != 16 || masks == [0x7C00, 0x3E0, 0x1F] || masks == [0xF800, 0x7E0, 0x1F],
      bits < 24 || masks.allSatisfy({ [0xFF, 0xFF00, 0xFF0000, 0xFF00_0000].contains($0) })
    else { throw BitmapFault(reason: "channels by other masks than of 5, 6 or 8 bits") }
    (self.file, offset) = (file, start)
  }

  func pixels(clippingWideGrey: Bool) throws(BitmapFault) -> [UInt8] {
    let indices = isRunLength ? try runs() : []
    let stride = (width * bits + 31) / 32 * 4
    guard isRunLength || (offset >= 0 && offset + stride * height <= file.bytes.count) else {
      throw BitmapFault.tooShort
    }
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    let (bytes, colours) = (file.bytes.span, palette.span)
    let shifts = masks.map(\.trailingZeroBitCount)
    let tops = zip(masks, shifts).map { $0 >> $1 }
    var out = pixels.mutableSpan
    for y in 0..<height {
      let line = isTopDown ? y : height - 1 - y
      var to = 3 * width * y
      for x in 0..<width {
        if bits <= 8 {
          let index: Int
          if isRunLength {
            index = Int(indices[line * width + x])
          } else {
            let byte = Int(bytes[offset + stride * line + x * bits / 8])
            index = byte >> (8 - bits - x * bits % 8) & (1 << bits - 1)
          }
          for channel in 0..<3 { out[to + channel] = colours[3 * index + channel] }
        } else {
          let at = offset + stride * line + x * bits / 8
          var value = 0
          for byte in 0..<bits / 8 { value |= Int(bytes[at + byte]) << (8 * byte) }
          for channel in 0..<3 {
            out[to + channel] = UInt8((value & masks[channel]) >> shifts[channel] * 255 / tops[channel])
          }
        }
        to += 3
      }
    }
    return pixels
  }

  /// The indices of a picture in run lengths, in the order of its lines.
  private func runs() throws(BitmapFault) -> [UInt8] {
    var indices: [UInt8] = []
    indices.reserveCapacity(width * height + 255)
    let (total, isOf4) = (width * height, compression == Self.runsOf4)
    var (at, x) = (offset, 0)
    while indices.count < total, at + 2 <= file.bytes.count {
      let (count, byte) = (Int(file.bytes[at]), file.bytes[at + 1])
      at += 2
      if count > 0 {
        let some = min(count, width - x)
        for place in 0..<max(0, some) {
          indices.append(isOf4 ? (place % 2 == 0 ? byte >> 4 : byte & 15) : byte)
        }
        x += max(0, some)
        continue
      }
      switch byte {
      case 0:
        while indices.count % width != 0 { indices.append(0) }
        x = 0
      case 1: at = file.bytes.count
      case 2:
        let (right, up) = (try file.number(at: at, bytes: 1), try file.number(at: at + 1, bytes: 1))
        indices += [UInt8](repeating: 0, count: min(right + up * width, total - indices.count))
        x = indices.count % width
        at += 2
      default:
        let size = isOf4 ? (Int(byte) + 1) / 2 : Int(byte)
        for place in 0..<Int(byte) {
          let pair = try file.number(at: at + (isOf4 ? place / 2 : place), bytes: 1)
          indices.append(UInt8(isOf4 ? (place % 2 == 0 ? pair >> 4 : pair & 15) : pair))
        }
        x += Int(byte)
        at += size + size % 2
      }
    }
    guard indices.count >= total else { throw BitmapFault.tooShort }
    return indices
  }
}
