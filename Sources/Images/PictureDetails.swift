import SiamFiles

/// How a picture file stores its picture, as its header says: what ``ImageHeader`` leaves out because decoding does not
/// need to know it.
package struct PictureDetails: Sendable, Equatable {
  /// What the samples stand for.
  package enum Colour: String, Sendable, CaseIterable {
    case grey, colour, palette
    /// The inks of print, CMYK or YCCK.
    case inks
  }

  package let format: ImageFormat
  /// The size in pixels as stored.
  package let width, height: Int
  package let orientation: Orientation
  package let colour: Colour
  /// Bits a sample, or a palette's index.
  package let depth: Int
  /// Whether there is an alpha channel, or a transparent colour or palette entry.
  package let hasTransparency: Bool
  /// Whether the file holds further pictures that follow the one that is read (APNG).
  package let isAnimated: Bool

  /// Reads a file's header; `bytes` must reach as far as the picture's own data.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  package init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    let header = try ImageHeader(bytes, path: path)
    (format, width, height, orientation) = (header.format, header.width, header.height, header.orientation)
    let stored = header.format == .png ? Stored(png: bytes) : Stored(jpeg: bytes)
    (colour, depth) = (stored.colour, stored.depth)
    (hasTransparency, isAnimated) = (stored.hasTransparency, stored.isAnimated)
  }

  /// Whether a 16-bit grey picture's low byte is lost, or its values are clipped (see ``DecodingOptions/WideGrey``).
  package var isWideGrey: Bool { format == .png && colour == .grey && depth == 16 && !hasTransparency }

  package var shorterSide: Int { min(width, height) }
  package var longerSide: Int { max(width, height) }
}

/// What stands in the header besides the size.
private struct Stored {
  var colour = PictureDetails.Colour.colour
  var depth = 8
  var hasTransparency = false
  var isAnimated = false

  /// The IHDR chunk, which the caller has found sound, and the chunks before the first IDAT.
  init(png bytes: Span<UInt8>) {
    depth = Int(bytes[24])
    switch bytes[25] {
    case 0: colour = .grey
    case 3: colour = .palette
    case 4: (colour, hasTransparency) = (.grey, true)
    case 6: hasTransparency = true
    default: break
    }
    var at = 33
    while at <= bytes.count - 12 {
      let length = bytes.number(at: at, bytes: 4)
      if bytes.begins(with: Array("IDAT".utf8), at: at + 4) { return }
      if bytes.begins(with: Array("tRNS".utf8), at: at + 4) { hasTransparency = true }
      if bytes.begins(with: Array("acTL".utf8), at: at + 4) { isAnimated = true }
      guard length <= bytes.count - at - 12 else { return }
      at += 12 + length
    }
  }

  /// The frame header, the first that gives a size, as the caller found it.
  init(jpeg bytes: Span<UInt8>) {
    var at = 2
    while at < bytes.count {
      while at < bytes.count, bytes[at] != 0xFF { at += 1 }
      while at < bytes.count, bytes[at] == 0xFF { at += 1 }
      guard at < bytes.count else { return }
      let marker = bytes[at]
      at += 1
      if marker <= 0x01 || (0xD0...0xD8).contains(marker) { continue }  // stand alone
      guard marker != 0xD9, marker != 0xDA, bytes.count - at >= 2 else { return }
      let length = bytes.number(at: at, bytes: 2)
      guard length >= 2, length <= bytes.count - at else { return }
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker), length >= 8 {
        depth = Int(bytes[at + 2])
        colour = bytes[at + 7] == 1 ? .grey : bytes[at + 7] == 4 ? .inks : .colour
        return
      }
      at += length
    }
  }
}

extension Span<UInt8> {
  /// A big-endian number.
  fileprivate func number(at offset: Int, bytes: Int) -> Int {
    (0..<bytes).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
  }
}
