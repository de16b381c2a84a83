import SiamFiles

/// The bytes that an image file may have besides its pixels: texts, colour profiles, thumbnails.
private let extraBytes = 1 << 26

/// The bytes of a file of a format that is known only as a whole.
private let mostInMemory = 1 << 28

/// An open image file, with its header as far as its beginning gives it: 64 KiB, or 16 MiB of a JPEG whose size comes after
/// that much other data.
///
/// The rest of a large file is never in memory: the decoders read it piece by piece.
package struct ImageFile: Sendable {
  /// The beginning of the file, which is all of a small one.
  let beginning: [UInt8]
  /// The file, where the beginning is not all of it.
  let rest: OpenFile?
  /// The header as the beginning gave it.
  let reader: HeaderReader
  /// The size of the file in bytes.
  package let size: Int

  /// Opens a file and reads its beginning.
  ///
  /// - Parameter name: the path that errors name.
  /// - Throws: ``ImageError`` unless the beginning shows an image.
  init(_ path: String, named name: String) throws(ImageError) {
    let file = try reading(name) { () throws(FileError) in try OpenFile(path) }
    var count = 1 << 16
    while true {
      let wanted = count
      let bytes = try reading(name) { () throws(FileError) in try file.bytes(at: 0, count: wanted) }
      let isWhole = bytes.count < wanted
      if !isWhole, count <= 1 << 16, ImageFormat(bytes.span)?.needsWholeFile == true {
        guard file.size <= mostInMemory else {
          throw .unreadable(path: name, reason: FileError.tooLarge(path: path, limit: mostInMemory).reason)
        }
        count = file.size + 1
        continue
      }
      do throws(ImageError) {
        reader = try HeaderReader(bytes.span, path: name)
        (beginning, rest, size) = (bytes, isWhole ? nil : file, isWhole ? bytes.count : file.size)
        return
      } catch {
        guard case .corrupt = error, ImageFormat(bytes.span) == .jpeg, !isWhole, count < 1 << 24 else {
          throw error
        }
        count = 1 << 24
      }
    }
  }

  /// Opens a file whose image is of an acceptable size, and which is not far larger than that image can need.
  init(_ path: String, named name: String, _ options: DecodingOptions) throws(ImageError) {
    try self.init(path, named: name)
    // Four channels of 16 bits, uncompressed, are 8 bytes a pixel.
    let limit = extraBytes + 8 * (try options.pixels(of: reader, path: name))
    guard size <= limit else {
      throw .unreadable(path: name, reason: FileError.tooLarge(path: path, limit: limit).reason)
    }
  }

  /// The number of the open file for the C decoders; -1 where the beginning is everything.
  var descriptor: Int32 { rest?.descriptor ?? -1 }

  /// All bytes of the file.
  func bytes(named name: String) throws(ImageError) -> [UInt8] {
    guard let rest else { return beginning }
    return try reading(name) { () throws(FileError) in try rest.bytes(at: 0, count: size) }
  }

  /// The bytes at an offset, fewer where the file ends.
  func bytes(at offset: Int, count: Int, named name: String) throws(ImageError) -> [UInt8] {
    if let rest, offset + count > beginning.count {
      return try reading(name) { () throws(FileError) in try rest.bytes(at: offset, count: count) }
    }
    let end = min(offset + count, beginning.count)
    return Array(beginning[min(offset, end)..<end])
  }

  /// The digest of the file's bytes, read piece by piece.
  func digest(named name: String) throws(ImageError) -> Digest {
    guard let rest else { return Digest(beginning.span) }
    var digest = Digest(count: size)
    var offset = 0
    while offset < size {
      let start = offset
      let piece = try reading(name) { () throws(FileError) in
        try rest.bytes(at: start, count: min(1 << 20, size - start))
      }
      offset += piece.count
      // A file that was cut meanwhile ends here.
      let isLast = piece.count < 1 << 20 || offset == size
      digest.add(piece.span, isLast: isLast)
      if isLast { break }
    }
    return digest
  }
}

/// Runs `read`, turning its error into an ``ImageError``.
func reading<Result>(_ path: String, _ read: () throws(FileError) -> Result) throws(ImageError) -> Result {
  do { return try read() } catch { throw .unreadable(path: path, reason: error.reason) }
}
