import SiamFiles

/// Bytes that a picture's file may have besides eight a pixel, which is 16 bits of four channels uncompressed: texts,
/// colour profiles, thumbnails.
let besides = 1 << 26

/// All bytes of a picture's file, once its beginning has shown that it is one, and of a size worth reading.
///
/// - Parameter name: what errors call the file.
func pictureBytes(
  _ path: String, named name: String, _ options: DecodingOptions
) throws(ImageError) -> [UInt8] {
  let (header, beginning, isWhole) = try headerAndBeginning(path, named: name)
  let limit = besides + 8 * (try options.pixels(of: header, path: name))
  if isWhole { return beginning }
  return try reading(name) { () throws(FileError) in try readFile(path, limit: limit) }
}

/// A picture's header, with the beginning of its file, or the whole of a small one: the first 64 KiB, and of a JPEG with
/// much before its size the first 16 MiB.
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

/// Makes a picture's error of a file's.
func reading(
  _ path: String, _ read: () throws(FileError) -> [UInt8]
) throws(ImageError) -> [UInt8] {
  do { return try read() } catch { throw .unreadable(path: path, reason: error.reason) }
}

extension FileError {
  /// What went wrong, without the path.
  var reason: String {
    switch self {
    case .cannot(let verb, _, let reason): "cannot \(verb): \(reason)"
    case .notAFile: "not a regular file"
    case .tooLarge(_, let limit): "more than \(limit) bytes"
    }
  }
}
