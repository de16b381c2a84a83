/// Reads a whole regular file.
///
/// Never blocks: pipes and devices are refused.
/// - Parameter limit: the largest size to accept, in bytes.
/// - Throws: `FileError` when the file cannot be opened or read, is not a regular file, or is larger than `limit`.
package func readFile(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
  let file = try Descriptor(reading: path)
  let size = try file.regularSize(path)
  guard size <= limit else { throw .tooLarge(path: path, limit: limit) }

  // Room for one byte more than the file has, so that its end is noticed without a second buffer.
  var (bytes, count) = ([UInt8](repeating: 0, count: max(size, 4095) + 1), 0)
  while true {
    count += try file.read(into: &bytes, from: count, path)
    guard count <= limit else { throw .tooLarge(path: path, limit: limit) }
    if count < bytes.count { break }
    // Files in /proc tell no size.
    bytes += [UInt8](repeating: 0, count: count)
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// Reads the first `count` bytes of a regular file, or all of a shorter one.
///
/// Never blocks: pipes and devices are refused.
/// - Throws: `FileError` when the file cannot be opened or read, or is not a regular file.
package func readBeginning(_ path: String, count: Int) throws(FileError) -> [UInt8] {
  let file = try Descriptor(reading: path)
  _ = try file.regularSize(path)
  var bytes = [UInt8](repeating: 0, count: count)
  let filled = try file.read(into: &bytes, from: 0, path)
  bytes.removeLast(count - filled)
  return bytes
}
