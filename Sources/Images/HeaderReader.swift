import CSiamImageCodecs

/// A file that is read without a library.
///
/// - Throws: ``ImageError/corrupt(path:reason:)``.
func bitmap(
  _ kind: any Bitmap.Type, of bytes: Span<UInt8>, path: String
) throws(ImageError) -> any Bitmap {
  let copy = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  do throws(BitmapFault) { return try kind.init(copy) } catch {
    throw .corrupt(path: path, reason: error.reason)
  }
}

/// A reader of image headers that continues where it stopped when more of a file is available.
struct HeaderReader: Sendable {
  /// The format, by the file's first bytes.
  let format: ImageFormat
  /// What the C library has read so far.
  private(set) var stored = ic_header()
  /// The width in pixels as stored, at least 1.
  var width: Int { Int(stored.width) }
  /// The height in pixels as stored, at least 1.
  var height: Int { Int(stored.height) }

  /// The memory that decoding takes beside the pixels; known when the header has been read to its end.
  var coefficientBytes: Int { stored.coefficient_bytes }

  /// Reads as much of the header as the bytes contain.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    guard let format = ImageFormat(bytes) else {
      throw .unsupported(path: path, lookingLike: ImageFormat.guess(bytes))
    }
    self.format = format
    try read(on: bytes, path: path)
  }

  /// Continues where the bytes read so far ended; `bytes` starts with those.
  ///
  /// - Parameter file: the open file that they are the beginning of; -1 where they are everything.
  mutating func read(on bytes: Span<UInt8>, file: Int32 = -1, path: String) throws(ImageError) {
    var report = ic_report()
    let (format, readsBitmap) = (format, format.bitmap)
    if let readsBitmap {
      if !stored.is_complete { stored = try bitmap(readsBitmap, of: bytes, path: path).header }
      return
    }
    let status = unsafe bytes.withUnsafeBufferPointer {
      switch format {
      case .png: return unsafe ic_png_read_header($0.baseAddress, $0.count, file, &stored, &report)
      case .jpeg: return unsafe ic_jpeg_read_header($0.baseAddress, $0.count, file, &stored, &report)
      default:
        guard let kind = format.ofVips, !stored.is_complete else { return IC_OK }
        return unsafe ic_vips_read_header($0.baseAddress, $0.count, kind, &stored, &report)
      }
    }
    try report.check(status, path)
  }

  /// The header so far.
  ///
  /// - Parameter bytes: the bytes that it was read from.
  func header(of bytes: Span<UInt8>) -> ImageHeader {
    // A file that was replaced between two readings may be shorter.
    let end = min(stored.exif_offset + stored.exif_length, bytes.count)
    return ImageHeader(format, stored, bytes.extracting(min(stored.exif_offset, end)..<end))
  }

  /// The header so far, of a file that may be larger than what is in memory.
  func header(of file: ImageFile, path: String) throws(ImageError) -> ImageHeader {
    // The orientation is at the beginning of the EXIF block, which ends with thumbnails.
    let exif = try file.bytes(at: stored.exif_offset, count: min(stored.exif_length, 1 << 20), named: path)
    return ImageHeader(format, stored, exif.span)
  }
}
