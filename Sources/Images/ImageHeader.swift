import CSiamImageCodecs

/// What an image file says about itself, read without decoding any pixel.
package struct ImageHeader: Sendable, Equatable {
  /// What the samples mean.
  package enum Colour: String, Sendable, CaseIterable {
    /// One channel, three channels (RGB or YCbCr), or indices into a table of colours.
    case grey, colour, palette
    /// The four inks of print, CMYK or YCCK.
    case inks
  }

  /// The format, by the file's first bytes.
  package let format: ImageFormat
  /// The size in pixels as stored; both are at least 1.
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

  /// Reads the header at the beginning of a file; `bytes` may be a part of the file, but what comes after them, such as an
  /// EXIF block, is then unknown.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  package init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    self = try HeaderReader(bytes, path: path).header(of: bytes)
  }

  /// Reads a file's header from the beginning of the file.
  ///
  /// - Throws: ``ImageError`` when the file cannot be read, or is neither PNG nor JPEG.
  package init(contentsOf path: String) throws(ImageError) {
    let file = try ImageFile(path, named: path)
    self = file.reader.header(of: file.beginning.span)
  }

  /// A header from what the C library has read.
  ///
  /// - Parameter exif: the EXIF block; empty when there is none.
  init(_ format: ImageFormat, _ stored: ic_header, _ exif: Span<UInt8>) {
    self.format = format
    (width, height, depth) = (Int(stored.width), Int(stored.height), Int(stored.depth))
    orientation =
      Orientation(rawValue: Int(stored.orientation)) ?? (exif.isEmpty ? .upright : Orientation(exif: exif))
    switch stored.colour {
    case IC_GREY: colour = .grey
    case IC_PALETTE: colour = .palette
    case IC_INKS: colour = .inks
    default: colour = .colour
    }
    (hasTransparency, isAnimated) = (stored.has_transparency, stored.is_animated)
  }

  /// Whether this is a picture in 16-bit grey, whose low byte is dropped or whose values are clipped; see
  /// ``DecodingOptions/WideGrey``.
  package var isWideGrey: Bool { colour == .grey && depth == 16 && !hasTransparency }

  /// The smaller of width and height, in pixels.
  package var shorterSide: Int { min(width, height) }
  /// The larger of width and height, in pixels.
  package var longerSide: Int { max(width, height) }
}
