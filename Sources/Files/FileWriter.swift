import Glibc

/// Writes a file that appears under its name complete, with `commit()`, or not at all.
///
/// The bytes go to a hidden file in the same folder, which is renamed at the end. Without a commit it is removed and an
/// earlier file of that name stays as it was. A link is followed: the file that it leads to is replaced. The permissions of
/// an earlier file are kept, and so are its owner and group where this process may give them.
package struct FileWriter: ~Copyable {
  private let path: String
  private let target: String
  private var temporary: TemporaryFile
  private var pending: [UInt8] = []
  private var isCommitted = false
  private static let chunk = 1 << 18

  /// Starts writing the file `path`.
  ///
  /// - Throws: `FileError` when its folder is missing or not writable, or `path` is a folder, pipe or device.
  package init(_ path: String) throws(FileError) {
    guard isCString(path) else { throw .numbered(path.isEmpty ? ENOENT : EINVAL, "create", path) }
    guard !path.hasSuffix("/") else { throw .notAFile(path: path) }
    let (target, earlier) = try Self.target(of: path)
    let temporary = try TemporaryFile(in: parentFolder(of: target), for: path)
    if let earlier { temporary.file.takePermissions(of: earlier) }
    (self.path, self.target) = (path, target)
    self.temporary = temporary
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileError` when the disk is full or fails; do not commit the file after that.
  package mutating func write(_ bytes: RawSpan) throws(FileError) {
    if bytes.byteCount >= Self.chunk {
      try flush()
      try temporary.file.write(bytes, path)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
      if pending.count >= Self.chunk { try flush() }
    }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: [UInt8]) throws(FileError) {
    let span = bytes.span
    try unsafe write(span.bytes)
  }

  /// Appends text in UTF-8.
  package mutating func write(_ text: String) throws(FileError) { try write([UInt8](text.utf8)) }

  /// Puts the bytes on the disk, so that little can fail in `commit()`: for files that must appear together.
  package mutating func prepare() throws(FileError) {
    try flush()
    try temporary.file.synchronise(path)
  }

  /// Removes the earlier file of that name; a link that led to it stays.
  package func removeEarlier() throws(FileError) { try removeFile(target) }

  /// Gives the file its name, durably: the data is synchronised, the file renamed, the folder synchronised.
  ///
  /// - Throws: `FileError`; the earlier file is then still there, unless synchronising the folder was what failed.
  package consuming func commit() throws(FileError) {
    try prepare()
    // `removeAbandonedFiles` must find the file locked until it has its name, so the lock outlives the descriptor.
    let lock = try temporary.file.duplicate(path)
    try temporary.file.closeEarly(path)
    try attempt("write", path) { unsafe rename(cString(temporary.path), cString(target)) }
    isCommitted = true
    _ = consume lock
    // A folder that is writable but not readable cannot be synchronised; the file is complete all the same.
    guard
      let folder = try? Descriptor(opening: parentFolder(of: target), O_RDONLY | O_DIRECTORY, verb: "open")
    else { return }
    guard fsync(folder.number) != 0 else { return }
    let failure = errno
    // Some file systems cannot synchronise a folder.
    if failure != EINVAL, failure != EINTR { throw .numbered(failure, "synchronise", path) }
  }

  deinit { if !isCommitted { unsafe unlink(cString(temporary.path)) } }

  private mutating func flush() throws(FileError) {
    if pending.isEmpty { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    let span = bytes.span
    try unsafe temporary.file.write(span.bytes, path)
  }

  /// The path to replace, with links followed, and what is known of the file that is there.
  ///
  /// - Throws: `FileError` for what must not be replaced.
  private static func target(of path: String) throws(FileError) -> (path: String, earlier: stat?) {
    var status = stat()
    guard unsafe stat(cString(path), &status) == 0 else {
      let number = errno
      // A new name is fine. A broken link is not: the link would be lost.
      if number == ENOENT, try !fileExists(path) { return (path, nil) }
      throw .numbered(number, "create", path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    return (try resolved(path, verb: "create"), status)
  }
}

/// Writes a complete file, atomically and durably, as `FileWriter` does.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileError) {
  var writer = try FileWriter(path)
  try writer.write(bytes)
  try writer.commit()
}

/// Writes a complete text file in UTF-8, atomically and durably.
package func writeFile(_ path: String, _ text: String) throws(FileError) {
  try writeFile(path, [UInt8](text.utf8))
}
