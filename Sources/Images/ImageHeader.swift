import CSiamImageCodecs
import SiamFiles

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

  /// Reads the header at the beginning of a file; `bytes` need not reach to the file's end, but what lies beyond them,
  /// such as an EXIF block, is not seen.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  package init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    self = try HeaderReader(bytes, path: path).header(of: bytes)
  }

  /// Reads a file's header out of its beginning.
  package init(contentsOf path: String) throws(ImageError) {
    let beginning = try FileBeginning(path, named: path)
    self = beginning.reader.header(of: beginning.bytes.span)
  }

  fileprivate init(_ format: ImageFormat, _ stored: ic_header, _ exif: Span<UInt8>) {
    self.format = format
    (width, height, depth) = (Int(stored.width), Int(stored.height), Int(stored.depth))
    orientation = exif.isEmpty ? .upright : Orientation(exif: exif)
    switch stored.colour {
    case IC_GREY: colour = .grey
    case IC_PALETTE: colour = .palette
    case IC_INKS: colour = .inks
    default: colour = .colour
    }
    (hasTransparency, isAnimated) = (stored.has_transparency, stored.is_animated)
  }

  /// Whether this is a 16-bit grey PNG, whose low byte is dropped or whose values are clipped; see
  /// ``DecodingOptions/WideGrey``.
  package var isWideGrey: Bool { format == .png && colour == .grey && depth == 16 && !hasTransparency }

  /// The smaller of width and height, in pixels.
  package var shorterSide: Int { min(width, height) }
  /// The larger of width and height, in pixels.
  package var longerSide: Int { max(width, height) }
}

/// Reads a header once, however often more of the file's bytes come in.
struct HeaderReader: Sendable {
  let format: ImageFormat
  /// What the C library has read so far.
  private(set) var stored = ic_header()
  /// The size in pixels as stored; both are at least 1.
  var width: Int { Int(stored.width) }
  var height: Int { Int(stored.height) }

  /// Reads as much of the header as the bytes hold.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    guard let format = ImageFormat(bytes) else {
      throw .unsupported(path: path, lookingLike: ImageFormat.guess(bytes))
    }
    self.format = format
    try read(on: bytes, path: path)
  }

  /// Reads on where the bytes so far ended; `bytes` begin with those.
  mutating func read(on bytes: Span<UInt8>, path: String) throws(ImageError) {
    var report = ic_report()
    let status = unsafe bytes.withUnsafeBufferPointer {
      switch format {
      case .png: unsafe ic_png_read_header($0.baseAddress, $0.count, &stored, &report)
      case .jpeg: unsafe ic_jpeg_read_header($0.baseAddress, $0.count, &stored, &report)
      }
    }
    try report.check(status, path)
  }

  /// The header so far.
  ///
  /// - Parameter bytes: those it was read from.
  func header(of bytes: Span<UInt8>) -> ImageHeader {
    // A file that was replaced between two readings may be shorter.
    let end = min(stored.exif_offset + stored.exif_length, bytes.count)
    return ImageHeader(format, stored, bytes.extracting(min(stored.exif_offset, end)..<end))
  }
}
