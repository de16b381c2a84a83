import Glibc

/// A regular file that stays open: any thread can read at any offset, and the content stays the same even when another
/// file takes over the name.
package final class OpenFile: Sendable {
  /// The size in bytes at the time of opening.
  package let size: Int
  /// The system's number for the open file, for C that reads with `pread`.
  package var descriptor: Int32 { file.number }
  private let path: String
  private let file: Descriptor

  /// Opens a file for reading.
  ///
  /// - Throws: `FileError` when it cannot be opened or is not a regular file.
  package init(_ path: String) throws(FileError) {
    file = try Descriptor(reading: path)
    size = try file.regularSize(path)
    self.path = path
  }

  /// Reads `count` bytes from `offset` on; fewer where the file ends earlier.
  ///
  /// - Precondition: `offset` and `count` are not negative.
  /// - Throws: `FileError` when reading fails.
  package func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    precondition(offset >= 0 && count >= 0, "\(count) bytes at \(offset)")
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = unsafe UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
        do throws(FileError) {
          let added = try attempt("read", path) {
            unsafe pread(file.number, rest.baseAddress, rest.count, off_t(offset + filled))
          }
          if added == 0 { return }
          filled += added
        } catch {
          failure = error
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
