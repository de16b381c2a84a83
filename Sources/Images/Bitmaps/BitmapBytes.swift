import CSiamImageCodecs

/// The bytes of a BMP or PNM file, read with every offset checked.
struct BitmapBytes {
  let bytes: [UInt8]

  /// An unsigned number of so many bytes, the lowest first.
  func number(at offset: Int, bytes count: Int) throws(BitmapFault) -> Int {
    guard offset >= 0, offset + count <= bytes.count else { throw BitmapFault.tooShort }
    return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// What is wrong with a BMP or PNM file.
struct BitmapFault: Error {
  let reason: String

  static let tooShort = BitmapFault(reason: "the file ends early")
}

/// A picture that is read without a library: BMP and PNM.
protocol Bitmap {
  init(_ bytes: [UInt8]) throws(BitmapFault)
  /// The size in pixels, at least 1.
  var width: Int { get }
  var height: Int { get }
  var colour: ic_colour { get }
  /// Bits a sample, or a palette's index: 8, 16, or fewer than 8.
  var depth: Int { get }
  /// The bytes that decoding takes beside the pixels.
  var memory: Int { get }
  /// Rows of RGB; grey of 16 bits keeps its high byte, or is clipped at 255.
  func pixels(clippingWideGrey: Bool) throws(BitmapFault) -> [UInt8]
}

extension Bitmap {
  /// The header as codecs give it.
  var header: ic_header {
    var header = ic_header()
    (header.width, header.height, header.depth) = (UInt32(width), UInt32(height), CInt(depth))
    (header.colour, header.is_complete, header.coefficient_bytes) = (colour, true, memory)
    return header
  }

  /// - Throws: `BitmapFault` for a size that is none, or that no file has.
  static func checked(_ width: Int, _ height: Int) throws(BitmapFault) {
    guard width > 0, height > 0, width <= Int32.max, height <= Int32.max else {
      throw BitmapFault(reason: "a size of \(width)x\(height)")
    }
  }
}
