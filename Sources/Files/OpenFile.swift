import Glibc

/// A regular file that stays open: any thread reads it at any place, and it stays what it was when it is replaced under
/// its name.
package final class OpenFile: Sendable {
  /// In bytes, when it was opened.
  package let size: Int
  private let path: String
  private let file: Descriptor

  /// - Throws: `FileError` when it cannot be opened, or is no regular file.
  package init(_ path: String) throws(FileError) {
    file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK | O_NOCTTY, verb: "open")
    let status = try file.status(path)
    guard status.isRegular else { throw .notAFile(path: path) }
    (self.path, size) = (path, status.size)
  }

  /// `count` bytes from `offset` on; fewer where the file ends before.
  ///
  /// - Precondition: neither is negative.
  /// - Throws: `FileError` when they cannot be read.
  package func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    precondition(offset >= 0 && count >= 0, "\(count) bytes at \(offset)")
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = unsafe UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
        let added = unsafe pread(file.number, rest.baseAddress, rest.count, off_t(offset + filled))
        if added == 0 { return }
        if added > 0 {
          filled += added
        } else if errno != EINTR {
          failure = .last("read", path)
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// The size of a file and when it was last written: another stamp, another content, as far as the system tells.
package struct FileStamp: Sendable, Equatable {
  package let size, seconds, nanoseconds: Int

  /// Nil when there is nothing, or nothing to be seen, under that name; links are followed.
  package init?(_ path: String) {
    var buffer = stat()
    guard unsafe isCString(path) && stat(path, &buffer) == 0 else { return nil }
    size = Int(buffer.st_size)
    (seconds, nanoseconds) = (buffer.st_mtim.tv_sec, buffer.st_mtim.tv_nsec)
  }
}
