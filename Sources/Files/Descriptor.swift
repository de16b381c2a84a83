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
    while true {
      let number = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666)
      if number >= 0 { return number }
      guard errno == EINTR else { throw .last(verb, path) }
    }
  }

  /// The size in bytes.
  ///
  /// - Throws: `FileError.notAFile` unless this is a regular file.
  func regularSize(_ path: String) throws(FileError) -> Int {
    var buffer = stat()
    guard unsafe fstat(number, &buffer) == 0 else { throw .last("examine", path) }
    guard buffer.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    return Int(buffer.st_size)
  }

  /// Reads into `bytes` from index `start` on until the array is full or the file ends; returns the number of bytes read.
  func read(into bytes: inout [UInt8], from start: Int, _ path: String) throws(FileError) -> Int {
    var count = 0
    while start + count < bytes.count {
      let added = unsafe bytes.withUnsafeMutableBytes { buffer in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[(start + count)...])
        return unsafe Glibc.read(number, free.baseAddress, free.count)
      }
      if added == 0 { break }
      if added > 0 {
        count += added
      } else if errno != EINTR {
        throw .last("read", path)
      }
    }
    return count
  }

  /// Writes all bytes at the current position.
  func write(_ bytes: RawSpan, _ path: String) throws(FileError) {
    var rest = bytes
    while rest.byteCount > 0 {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw .last("write", path)
      }
      rest = rest.extracting(droppingFirst: count)
    }
  }

  /// Waits until the data is on the disk.
  func synchronise(_ path: String) throws(FileError) {
    while fsync(number) != 0 {
      if errno == EINTR { continue }
      throw .last("write", path)
    }
  }

  /// A second descriptor of the same open file, which shares its locks.
  func duplicate(_ path: String) throws(FileError) -> Descriptor {
    let other = fcntl(number, F_DUPFD_CLOEXEC, 0)
    guard other >= 0 else { throw .last("write", path) }
    return Descriptor(other)
  }

  /// Closes the file now: a network file system may report a failed write only here.
  mutating func closeEarly(_ path: String) throws(FileError) {
    let closing = number
    number = -1
    // After EINTR Linux has closed the file all the same.
    guard close(closing) == 0 || errno == EINTR else { throw .last("close", path) }
  }

  deinit { if number >= 0 { close(number) } }
}
