import Glibc

/// A lock that at most one process holds: the right to change the files beside it.
///
/// The system releases the lock when its owner ends, however it ends, so the file of a killed process locks nothing. The
/// file contains its owner's process number, and is removed when the lock is released.
package struct FileLock: ~Copyable {
  private let path: String
  private let file: Descriptor

  /// Takes the lock; nil when another process has it.
  ///
  /// - Throws: `FileError` when the file cannot be created or is not a regular file, or its file system has no locks.
  package init?(_ path: String) throws(FileError) {
    while true {
      let file = try Descriptor(
        opening: path, O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, verb: "create")
      _ = try file.regularSize(path)
      do throws(FileError) {
        guard try file.lock(path) else { return nil }
      } catch {
        // Where nobody can lock it, nobody else needs it.
        unsafe unlink(cString(path))
        throw error
      }
      // The last owner may have removed the file after it was opened here and before it was locked.
      guard file.isNamed(path) else { continue }
      // The number only serves a message, so a full disk does not matter.
      _ = ftruncate(file.number, 0)
      let number = Array("\(getpid())\n".utf8)
      _ = unsafe number.withUnsafeBytes { unsafe pwrite(file.number, $0.baseAddress, $0.count, 0) }
      self.path = path
      self.file = file
      return
    }
  }

  // The file is still locked here, so no other process can own it.
  deinit { unsafe unlink(cString(path)) }

  /// The process number in a lock's file; nil when there is no such file.
  package static func owner(_ path: String) -> Int? {
    guard let bytes = try? readFile(path, limit: 32) else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
  }
}

extension Descriptor {
  /// Locks the file exclusively, without waiting; false when another process has it.
  ///
  /// - Throws: `FileError` where the file system has no locks, with what to do about it.
  func lock(_ path: String) throws(FileError) -> Bool {
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      let failure = errno
      switch failure {
      case EINTR: continue
      case EWOULDBLOCK: return false
      case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL: throw .noLocks(failure, path)
      default: throw .numbered(failure, "lock", path)
      }
    }
    return true
  }

  /// Whether the path still names this very file.
  func isNamed(_ path: String) -> Bool {
    var (mine, named) = (stat(), stat())
    return unsafe fstat(number, &mine) == 0 && lstat(cString(path), &named) == 0
      && mine.st_ino == named.st_ino
      && mine.st_dev == named.st_dev
  }
}

extension FileError {
  /// The error of a file system, most often NFS, that gives no locks.
  fileprivate static func noLocks(_ number: Int32, _ path: String) -> FileError {
    .cannot(
      verb: "lock", path: path,
      reason: systemMessage(number)
        + "; its file system gives no locks: use a folder on a local disk, or mount it with locks (NFS: start the lock "
        + "service, or mount with local_lock=flock)")
  }
}
