import Glibc

/// An open file of the system's, closed with its owner.
struct Descriptor: ~Copyable {
  private(set) var number: Int32

  init(opening path: String, _ flags: Int32, verb: String) throws(FileError) {
    number = try Self.open(path, flags, verb: verb)
  }

  /// Takes over an open descriptor.
  init(_ number: Int32) { self.number = number }

  static func open(_ path: String, _ flags: Int32, verb: String) throws(FileError) -> Int32 {
    guard isCString(path) else { throw .numbered(path.isEmpty ? ENOENT : EINVAL, verb, path) }
    while true {
      let number = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666)
      if number >= 0 { return number }
      guard errno == EINTR else { throw .last(verb, path) }
    }
  }

  /// What stands behind the descriptor, and its length in bytes.
  func status(_ path: String) throws(FileError) -> (isRegular: Bool, size: Int) {
    var buffer = stat()
    guard unsafe fstat(number, &buffer) == 0 else { throw .last("examine", path) }
    return (buffer.st_mode & S_IFMT == S_IFREG, Int(buffer.st_size))
  }

  /// Waits until the data is on the disk.
  func synchronise(_ path: String) throws(FileError) {
    while fsync(number) != 0 {
      if errno == EINTR { continue }
      throw .last("write", path)
    }
  }

  /// The same open file once more, with the locks it has.
  func duplicate(_ path: String) throws(FileError) -> Descriptor {
    let other = fcntl(number, F_DUPFD_CLOEXEC, 0)
    guard other >= 0 else { throw .last("write", path) }
    return Descriptor(other)
  }

  /// Closes early, to hear of an error that a network file system reports only now.
  mutating func shut(_ path: String) throws(FileError) {
    let closing = number
    number = -1
    // After EINTR Linux has closed it all the same.
    guard close(closing) == 0 || errno == EINTR else { throw .last("close", path) }
  }

  deinit { if number >= 0 { close(number) } }
}
