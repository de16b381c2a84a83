import Glibc

/// A lock that at most one process holds: the right to change what stands beside its file.
///
/// The system takes the lock from a process that ends, however it ends, so a file that a killed process left behind
/// locks nothing. The file holds its owner's process number, and is removed when the lock is given up.
package struct FileLock: ~Copyable {
  private let path: String
  private let file: Descriptor

  /// Takes the lock, or nil if somebody has it.
  ///
  /// - Throws: `FileError` when the file cannot be made, or its file system knows no locks.
  package init?(_ path: String) throws(FileError) {
    while true {
      let file = try Descriptor(
        opening: path, O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, verb: "create")
      guard try file.status(path).isRegular else { throw .notAFile(path: path) }
      guard try file.lock(path) else { return nil }
      // Its last owner may have removed the file between our opening and our locking it.
      guard file.isNamed(path) else { continue }
      // A disk that is full has no room for the number, which only serves a message.
      _ = ftruncate(file.number, 0)
      let number = Array("\(getpid())\n".utf8)
      _ = unsafe number.withUnsafeBytes { unsafe pwrite(file.number, $0.baseAddress, $0.count, 0) }
      self.path = path
      self.file = file
      return
    }
  }

  // Removed while it is still locked: nobody else can have made it theirs.
  deinit { unsafe unlink(path) }

  /// The number of the process that a lock's file names; nil when there is none.
  package static func owner(_ path: String) -> Int? {
    guard let bytes = try? readFile(path, limit: 32) else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
  }
}

extension Descriptor {
  /// Locks the file for its owner alone, without waiting; false if somebody else has it.
  ///
  /// - Throws: `FileError` where the file system knows no locks.
  func lock(_ path: String) throws(FileError) -> Bool {
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw .last("lock", path) }
    }
    return true
  }

  /// Whether the path still leads to this very file.
  func isNamed(_ path: String) -> Bool {
    var (mine, named) = (stat(), stat())
    return unsafe fstat(number, &mine) == 0 && lstat(path, &named) == 0 && mine.st_ino == named.st_ino
      && mine.st_dev == named.st_dev
  }
}
