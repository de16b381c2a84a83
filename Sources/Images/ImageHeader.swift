import CSiamImageCodecs
import SiamFiles

/// What a picture file says about itself, read without decoding any pixel.
package struct ImageHeader: Sendable, Equatable {
  /// The format, by the file's first bytes.
  package let format: ImageFormat
  /// The size in pixels as stored; both are at least 1.
  package let width, height: Int
  /// How the camera held the picture; `.upright` when the file does not say.
  package let orientation: Orientation

  /// Reads the header at the beginning of a file; `bytes` need not reach to the file's end.
  ///
  /// - Throws: ``ImageError`` when the bytes are neither PNG nor JPEG, or end before the size.
  package init(_ bytes: Span<UInt8>, path: String) throws(ImageError) {
    guard let format = ImageFormat(bytes) else {
      throw .unsupported(path: path, lookingLike: ImageFormat.guess(bytes))
    }
    var header = ic_header()
    var report = ic_report()
    let status = unsafe bytes.withUnsafeBufferPointer {
      switch format {
      case .png: unsafe ic_png_read_header($0.baseAddress, $0.count, &header, &report)
      case .jpeg: unsafe ic_jpeg_read_header($0.baseAddress, $0.count, &header, &report)
      }
    }
    try report.check(status, path)
    self.format = format
    (width, height) = (Int(header.width), Int(header.height))
    let exif = bytes.extracting(header.exif_offset..<header.exif_offset + header.exif_length)
    orientation = exif.isEmpty ? .upright : Orientation(exif: exif)
  }

  /// Reads a file's header out of its beginning.
  package init(contentsOf path: String) throws(ImageError) {
    self = try headerAndBeginning(path, named: path).header
  }
}
