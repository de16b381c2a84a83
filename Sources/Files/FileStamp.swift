import Glibc

/// The size of a file and the time of its last change: when the stamp is the same, so is most likely the content.
package struct FileStamp: Sendable, Equatable {
  /// The size in bytes, and the time since 1970 in seconds and further nanoseconds.
  package let size, seconds, nanoseconds: Int

  /// The stamp of what `path` leads to, through links; nil when that does not exist or cannot be examined.
  package init?(_ path: String) {
    var buffer = stat()
    guard unsafe isCString(path) && stat(cString(path), &buffer) == 0 else { return nil }
    size = Int(buffer.st_size)
    (seconds, nanoseconds) = (buffer.st_mtim.tv_sec, buffer.st_mtim.tv_nsec)
  }
}
