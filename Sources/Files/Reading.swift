import Glibc

/// All bytes of a regular file.
///
/// Never waits: a pipe or device is refused, not read.
/// - Parameter limit: the most bytes to accept.
/// - Throws: `FileError` when it cannot be opened or read, is no regular file, or is larger than `limit`.
package func readFile(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
  let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK | O_NOCTTY, verb: "open")
  let status = try file.status(path)
  guard status.isRegular else { throw .notAFile(path: path) }
  guard status.size <= limit else { throw .tooLarge(path: path, limit: limit) }

  // One byte more than the file has: the read that would fill it finds the end instead.
  var (bytes, count) = ([UInt8](repeating: 0, count: max(status.size, 4095) + 1), 0)
  while true {
    if count == bytes.count { bytes += [UInt8](repeating: 0, count: count) }
    let added = unsafe bytes.withUnsafeMutableBytes { buffer in
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      return unsafe read(file.number, free.baseAddress, free.count)
    }
    if added == 0 { break }
    guard added > 0 else {
      if errno == EINTR { continue }
      throw .last("read", path)
    }
    count += added
    guard count <= limit else { throw .tooLarge(path: path, limit: limit) }
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// The first `count` bytes of a regular file, or all of a shorter one; refuses what `readFile` refuses.
///
/// - Throws: `FileError` when it cannot be opened or read, or is no regular file.
package func readBeginning(_ path: String, count: Int) throws(FileError) -> [UInt8] {
  let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK | O_NOCTTY, verb: "open")
  guard try file.status(path).isRegular else { throw .notAFile(path: path) }
  var (bytes, filled) = ([UInt8](repeating: 0, count: count), 0)
  while filled < count {
    let added = unsafe bytes.withUnsafeMutableBytes { buffer in
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      return unsafe read(file.number, free.baseAddress, free.count)
    }
    if added == 0 { break }
    guard added > 0 else {
      if errno == EINTR { continue }
      throw .last("read", path)
    }
    filled += added
  }
  bytes.removeLast(count - filled)
  return bytes
}

/// Whether anything of that name exists, a broken link included.
package func fileExists(_ path: String) -> Bool {
  var buffer = stat()
  return unsafe isCString(path) && lstat(path, &buffer) == 0
}

/// Whether the name leads to a folder, through links too.
package func isFolder(_ path: String) -> Bool {
  var buffer = stat()
  return unsafe isCString(path) && stat(path, &buffer) == 0 && buffer.st_mode & S_IFMT == S_IFDIR
}

/// Creates a folder and the parents that it lacks; one that exists already is fine.
///
/// - Throws: `FileError` when a part cannot be created or is something else than a folder.
package func makeFolder(_ path: String) throws(FileError) {
  guard isCString(path) else { throw .numbered(EINVAL, "create folder", path) }
  if unsafe mkdir(path, 0o777) == 0 || isFolder(path) { return }
  let number = errno
  let parent = parentFolder(of: path)
  guard number == ENOENT, parent != path, parent != "." else {
    throw .numbered(number, "create folder", path)
  }
  try makeFolder(parent)
  guard unsafe mkdir(path, 0o777) == 0 || isFolder(path) else { throw .last("create folder", path) }
}

/// Removes a file or link; that there is none is fine.
///
/// - Throws: `FileError` when it cannot be removed, or is a folder.
package func removeFile(_ path: String) throws(FileError) {
  guard isCString(path) else { throw .numbered(EINVAL, "remove", path) }
  guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
}

/// The folder that holds what `path` names: "a/b" and "a/b/" are in "a", "b" is in ".", "/b" in "/".
func parentFolder(of path: String) -> String {
  var parts = path[...]
  while parts.count > 1, parts.last == "/" { parts.removeLast() }
  guard let slash = parts.lastIndex(of: "/") else { return "." }
  parts = parts[..<slash]
  while parts.last == "/" { parts.removeLast() }
  return parts.isEmpty ? "/" : String(parts)
}

/// C would cut the name at a NUL and so reach another file.
func isCString(_ path: String) -> Bool { !path.isEmpty && !path.utf8.contains(0) }
