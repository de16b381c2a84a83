import SiamFiles

/// How a file stores its image, according to its header: what ``ImageHeader`` says, and what decoding need not know.
package struct PictureDetails: Sendable, Equatable {
  /// What the samples mean.
  package enum Colour: String, Sendable, CaseIterable {
    /// One channel, three channels (RGB or YCbCr), or indices into a table of colours.
    case grey, colour, palette
    /// The four inks of print, CMYK or YCCK.
    case inks
  }

  /// The format, by the file's first bytes.
  package let format: ImageFormat
  /// The size in pixels as stored.
  package let width, height: Int
  /// How the camera was held; `.upright` when the file does not say.
  package let orientation: Orientation
  /// What the samples mean.
  package let colour: Colour
  /// Bits per sample, or per palette index.
  package let depth: Int
  /// Whether the file has an alpha channel, or a transparent colour or palette entry.
  package let hasTransparency: Bool
  /// Whether the file has further frames after the one that is decoded (APNG).
  package let isAnimated: Bool

  /// Reads a file's header; `bytes` must include everything before the pixel data.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  package init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    let header = try ImageHeader(bytes, path: path)
    (format, width, height, orientation) = (header.format, header.width, header.height, header.orientation)
    let stored = header.format == .png ? Stored(png: bytes) : Stored(jpeg: bytes)
    (colour, depth) = (stored.colour, stored.depth)
    (hasTransparency, isAnimated) = (stored.hasTransparency, stored.isAnimated)
  }

  /// Whether this is a 16-bit grey PNG, whose low byte is dropped or whose values are clipped; see
  /// ``DecodingOptions/WideGrey``.
  package var isWideGrey: Bool { format == .png && colour == .grey && depth == 16 && !hasTransparency }

  /// The smaller of width and height, in pixels.
  package var shorterSide: Int { min(width, height) }
  /// The larger of width and height, in pixels.
  package var longerSide: Int { max(width, height) }
}

/// What the header says besides the size.
private struct Stored {
  var colour = PictureDetails.Colour.colour
  var depth = 8
  var hasTransparency = false
  var isAnimated = false

  /// Reads the IHDR chunk, which the caller has validated, and the chunks before the first IDAT.
  init(png bytes: Span<UInt8>) {
    depth = Int(bytes[24])
    switch bytes[25] {
    case 0: colour = .grey
    case 3: colour = .palette
    case 4: (colour, hasTransparency) = (.grey, true)
    case 6: hasTransparency = true
    default: break
    }
    var offset = 33
    while offset <= bytes.count - 12 {
      let length = bytes.number(at: offset, bytes: 4)
      if bytes.begins(with: Array("IDAT".utf8), at: offset + 4) { return }
      if bytes.begins(with: Array("tRNS".utf8), at: offset + 4) { hasTransparency = true }
      if bytes.begins(with: Array("acTL".utf8), at: offset + 4) { isAnimated = true }
      guard length <= bytes.count - offset - 12 else { return }
      offset += 12 + length
    }
  }

  /// Reads the frame header: the first segment that gives a size.
  init(jpeg bytes: Span<UInt8>) {
    var offset = 2
    while offset < bytes.count {
      while offset < bytes.count, bytes[offset] != 0xFF { offset += 1 }
      while offset < bytes.count, bytes[offset] == 0xFF { offset += 1 }
      guard offset < bytes.count else { return }
      let marker = bytes[offset]
      offset += 1
      if marker <= 0x01 || (0xD0...0xD8).contains(marker) { continue }  // no length follows
      guard marker != 0xD9, marker != 0xDA, bytes.count - offset >= 2 else { return }
      let length = bytes.number(at: offset, bytes: 2)
      guard length >= 2, length <= bytes.count - offset else { return }
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker), length >= 8 {
        depth = Int(bytes[offset + 2])
        colour = bytes[offset + 7] == 1 ? .grey : bytes[offset + 7] == 4 ? .inks : .colour
        return
      }
      offset += length
    }
  }
}

extension Span<UInt8> {
  /// Reads a big-endian number.
  fileprivate func number(at offset: Int, bytes: Int) -> Int {
    (0..<bytes).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
  }
}
