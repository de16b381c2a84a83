import Glibc

/// The size of a file and the times of its last changes: when the stamp is the same, so is the content.
package struct FileStamp: Sendable, Equatable {
  /// The size in bytes; the times when the content, and anything at all, last changed, since 1970 in seconds and further
  /// nanoseconds. Programs can set the first time, such as `cp -p`, but not the second.
  package let seconds: Int
  private let size, nanoseconds, changeSeconds, changeNanoseconds: Int

  /// The stamp of what `path` leads to, through links; nil when that does not exist or cannot be examined.
  package init?(_ path: String) {
    var buffer = stat()
    guard unsafe isCString(path) && stat(cString(path), &buffer) == 0 else { return nil }
    size = Int(buffer.st_size)
    (seconds, nanoseconds) = (buffer.st_mtim.tv_sec, buffer.st_mtim.tv_nsec)
    (changeSeconds, changeNanoseconds) = (buffer.st_ctim.tv_sec, buffer.st_ctim.tv_nsec)
  }

  /// The numbers of the stamp, one after the other.
  package var text: String { "\(size) \(seconds) \(nanoseconds) \(changeSeconds) \(changeNanoseconds)" }
}
