import Glibc

/// A file in the making: it appears under its name all at once, with `commit()`, or not at all.
///
/// The bytes go to a hidden file in the same folder, which is renamed at the end; without a commit it is
/// removed again, and a file that stood there before is left as it was. A link is followed: the file behind it is
/// replaced.
package struct FileWriter: ~Copyable {
  private let path: String
  private let target: String
  private var temporary: Temporary
  private var pending: [UInt8] = []
  private var isCommitted = false
  private static let chunk = 1 << 18

  /// Starts the file `path`.
  ///
  /// - Throws: `FileError` when its folder is missing or does not let a file be made, or when `path` is
  ///   a folder, pipe or device.
  package init(_ path: String) throws(FileError) {
    guard isCString(path) else { throw .numbered(path.isEmpty ? ENOENT : EINVAL, "create", path) }
    guard !path.hasSuffix("/") else { throw .notAFile(path: path) }
    let target = try Self.target(of: path)
    let temporary = try Temporary(in: parentFolder(of: target), for: path)
    (self.path, self.target) = (path, target)
    self.temporary = temporary
  }

  /// Adds bytes at the end.
  ///
  /// - Throws: `FileError` when the disk is full or fails; the file is then not to be committed.
  package mutating func write(_ bytes: RawSpan) throws(FileError) {
    if bytes.byteCount >= Self.chunk {
      try flush()
      try put(bytes)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
      if pending.count >= Self.chunk { try flush() }
    }
  }

  package mutating func write(_ bytes: [UInt8]) throws(FileError) {
    let span = bytes.span
    try unsafe write(span.bytes)
  }

  package mutating func write(_ text: String) throws(FileError) { try write([UInt8](text.utf8)) }

  /// Puts the bytes on the disk, so that little is left that can fail: for files that are to appear together.
  package mutating func prepare() throws(FileError) {
    try flush()
    try temporary.file.synchronise(path)
  }

  /// Removes the file that stood there before; the link that led to it stays.
  package func removeEarlier() throws(FileError) { try removeFile(target) }

  /// Puts the file under its name, on the disk for good: written, synchronised, renamed, the folder too.
  package consuming func commit() throws(FileError) {
    try prepare()
    // Whoever tidies up must find the file locked until it has its name, so the lock outlives the closing.
    let lock = try temporary.file.duplicate(path)
    try temporary.file.shut(path)
    guard unsafe rename(temporary.name, target) == 0 else { throw .last("write", path) }
    isCommitted = true
    _ = consume lock
    // A folder that may be written but not read cannot be synchronised; the file is whole all the same.
    guard
      let folder = try? Descriptor(opening: parentFolder(of: target), O_RDONLY | O_DIRECTORY, verb: "open")
    else { return }
    if fsync(folder.number) != 0, errno != EINVAL, errno != EINTR { throw .last("synchronise", path) }
  }

  deinit { if !isCommitted { unsafe unlink(temporary.name) } }

  private mutating func flush() throws(FileError) {
    if pending.isEmpty { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    let span = bytes.span
    try unsafe put(span.bytes)
  }

  private func put(_ bytes: RawSpan) throws(FileError) {
    var rest = bytes
    while rest.byteCount > 0 {
      let number = temporary.file.number
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw .last("write", path)
      }
      rest = rest.extracting(droppingFirst: count)
    }
  }

  /// The name to replace, links followed, after refusing what must not be replaced.
  private static func target(of path: String) throws(FileError) -> String {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      let number = errno
      // Nothing there: fine. A link to nothing is not, for the link would be lost.
      if number == ENOENT, !fileExists(path) { return path }
      throw .numbered(number, "create", path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    guard let real = unsafe realpath(path, nil) else { throw .last("create", path) }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}

/// Writes a whole file at once, atomically and durably, as `FileWriter` does.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileError) {
  var writer = try FileWriter(path)
  try writer.write(bytes)
  try writer.commit()
}

/// Writes a text file at once, in UTF-8.
package func writeFile(_ path: String, _ text: String) throws(FileError) {
  try writeFile(path, [UInt8](text.utf8))
}
