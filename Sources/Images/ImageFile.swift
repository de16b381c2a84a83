import SiamFiles

/// The bytes that an image file may have besides its pixels: texts, colour profiles, thumbnails.
private let extraBytes = 1 << 26

/// All bytes of an image file, with its header as far as it has been read.
package struct ImageFile: Sendable {
  /// The bytes of the file.
  package let bytes: [UInt8]
  /// The header as the beginning of the file gave it.
  let reader: HeaderReader

  /// Reads a file, after its beginning has shown that it is an image of an acceptable size.
  ///
  /// - Parameter name: the path that errors name.
  /// - Throws: ``ImageError``; nothing large is read before the header is accepted.
  init(_ path: String, named name: String, _ options: DecodingOptions) throws(ImageError) {
    let beginning = try FileBeginning(path, named: name)
    reader = beginning.reader
    // Four channels of 16 bits, uncompressed, are 8 bytes a pixel.
    let limit = extraBytes + 8 * (try options.pixels(of: reader, path: name))
    bytes =
      beginning.isWhole
      ? beginning.bytes : try reading(name) { () throws(FileError) in try readFile(path, limit: limit) }
  }
}

/// The beginning of an image file with its header, which is all of a small file: 64 KiB, or 16 MiB of a JPEG whose size
/// comes after that much other data.
struct FileBeginning {
  let bytes: [UInt8]
  /// Whether these are all bytes of the file.
  let isWhole: Bool
  let reader: HeaderReader

  /// - Parameter name: the path that errors name.
  init(_ path: String, named name: String) throws(ImageError) {
    var count = 1 << 16
    while true {
      let wanted = count
      let bytes = try reading(name) { () throws(FileError) in try readBeginning(path, count: wanted) }
      let isWhole = bytes.count < wanted
      do throws(ImageError) {
        reader = try HeaderReader(bytes.span, path: name)
        (self.bytes, self.isWhole) = (bytes, isWhole)
        return
      } catch {
        guard case .corrupt = error, ImageFormat(bytes.span) == .jpeg, !isWhole, count < 1 << 24 else {
          throw error
        }
        count = 1 << 24
      }
    }
  }
}

/// Runs `read`, turning its error into an ``ImageError``.
func reading(
  _ path: String, _ read: () throws(FileError) -> [UInt8]
) throws(ImageError) -> [UInt8] {
  do { return try read() } catch { throw .unreadable(path: path, reason: error.reason) }
}
