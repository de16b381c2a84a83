import SiamFiles

/// The bytes that an image file may have besides its pixels: texts, colour profiles, thumbnails.
private let extraBytes = 1 << 26

/// Reads an image file, after its beginning has shown that it is an image of an acceptable size.
///
/// - Parameter name: the path that errors name.
/// - Throws: ``ImageError``; nothing large is read before the header is accepted.
func pictureBytes(
  _ path: String, named name: String, _ options: DecodingOptions
) throws(ImageError) -> [UInt8] {
  let (header, beginning, isWhole) = try headerAndBeginning(path, named: name)
  // Four channels of 16 bits, uncompressed, are 8 bytes a pixel.
  let limit = extraBytes + 8 * (try options.pixels(of: header, path: name))
  if isWhole { return beginning }
  return try reading(name) { () throws(FileError) in try readFile(path, limit: limit) }
}

/// Reads an image's header, and returns the beginning of the file with it, which is all of a small file: 64 KiB, or 16 MiB
/// of a JPEG whose size comes after that much other data.
func headerAndBeginning(
  _ path: String, named name: String
) throws(ImageError) -> (header: ImageHeader, beginning: [UInt8], isWhole: Bool) {
  var count = 1 << 16
  while true {
    let wanted = count
    let beginning = try reading(name) { () throws(FileError) in try readBeginning(path, count: wanted) }
    let isWhole = beginning.count < wanted
    do throws(ImageError) {
      return (try ImageHeader(beginning.span, path: name), beginning, isWhole)
    } catch {
      guard case .corrupt = error, ImageFormat(beginning.span) == .jpeg, !isWhole, count < 1 << 24 else {
        throw error
      }
      count = 1 << 24
    }
  }
}

/// Runs `read`, turning its error into an ``ImageError``.
func reading(
  _ path: String, _ read: () throws(FileError) -> [UInt8]
) throws(ImageError) -> [UInt8] {
  do { return try read() } catch { throw .unreadable(path: path, reason: error.reason) }
}
