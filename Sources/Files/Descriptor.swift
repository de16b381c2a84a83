import Glibc

/// An open file descriptor, closed when its owner goes away.
///
/// The `path` that its methods take only names the file in errors.
struct Descriptor: ~Copyable {
  /// The system's number for the open file; -1 after `closeEarly(_:)`.
  private(set) var number: Int32

  /// Opens a file, created with mode 666 less the umask where the flags ask for it.
  ///
  /// - Parameter verb: what the caller was about to do, for the error message.
  /// - Throws: `FileError` when the system refuses, or the path is empty or contains a NUL.
  init(opening path: String, _ flags: Int32, verb: String) throws(FileError) {
    number = try Self.open(path, flags, verb)
  }

  /// Takes ownership of an open descriptor.
  init(_ number: Int32) { self.number = number }

  /// Opens an existing file for reading, without waiting for the other end of a pipe.
  init(reading path: String) throws(FileError) {
    try self.init(opening: path, O_RDONLY | O_NONBLOCK | O_NOCTTY, verb: "open")
  }

  private static func open(_ path: String, _ flags: Int32, _ verb: String) throws(FileError) -> Int32 {
    guard isCString(path) else { throw .numbered(path.isEmpty ? ENOENT : EINVAL, verb, path) }
    return try attempt(verb, path) { unsafe Glibc.open(cString(path), flags | O_CLOEXEC, 0o666) }
  }

  /// The size in bytes.
  ///
  /// - Throws: `FileError.notAFile` unless this is a regular file.
  func regularSize(_ path: String) throws(FileError) -> Int {
    var buffer = stat()
    try attempt("examine", path) { unsafe fstat(number, &buffer) }
    guard buffer.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    return Int(buffer.st_size)
  }

  /// Reads into `bytes` from index `start` on until the array is full or the file ends; returns the number of bytes read.
  func read(into bytes: inout [UInt8], from start: Int, _ path: String) throws(FileError) -> Int {
    var count = 0
    while start + count < bytes.count {
      let added = try attempt("read", path) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
          let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[(start + count)...])
          return unsafe Glibc.read(number, free.baseAddress, free.count)
        }
      }
      if added == 0 { break }
      count += added
    }
    return count
  }

  /// Writes all bytes at the current position.
  func write(_ bytes: RawSpan, _ path: String) throws(FileError) {
    var rest = bytes
    while rest.byteCount > 0 {
      let count = try attempt("write", path) {
        unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      }
      // Some file systems write nothing and name no error when they are full.
      guard count > 0 else { throw .numbered(ENOSPC, "write", path) }
      rest = rest.extracting(droppingFirst: count)
    }
  }

  /// Waits until the data is on the disk.
  func synchronise(_ path: String) throws(FileError) {
    try attempt("write", path) { fsync(number) }
  }

  /// A second descriptor of the same open file, which shares its locks.
  func duplicate(_ path: String) throws(FileError) -> Descriptor {
    Descriptor(try attempt("write", path) { fcntl(number, F_DUPFD_CLOEXEC, 0) })
  }

  /// Gives the file the permissions of another one, and its owner and group where this process may; a file system that has
  /// none changes nothing.
  func takePermissions(of other: stat) {
    // Closed to others until it is whole, so that nobody can read it who could not read the other.
    _ = fchmod(number, 0o600)
    _ = fchown(number, uid_t.max, other.st_gid)
    _ = fchown(number, other.st_uid, gid_t.max)
    _ = fchmod(number, other.st_mode & 0o777)
  }

  /// Closes the file now: a network file system may report a failed write only here.
  mutating func closeEarly(_ path: String) throws(FileError) {
    let closing = number
    number = -1
    guard close(closing) != 0 else { return }
    let failure = errno
    // After EINTR Linux has closed the file all the same.
    if failure != EINTR { throw .numbered(failure, "close", path) }
  }

  deinit { if number >= 0 { close(number) } }
}
