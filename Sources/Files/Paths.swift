import Glibc

/// Whether the name exists; a broken link does.
///
/// - Throws: `FileError` when the system cannot tell, for a reason other than that there is no such name.
package func fileExists(_ path: String) throws(FileError) -> Bool {
  var buffer = stat()
  return try exists(path) { unsafe lstat(cString(path), &buffer) }
}

/// Whether a call that examines a path finds something there.
func exists(_ path: String, _ examine: () -> Int32) throws(FileError) -> Bool {
  guard isCString(path), examine() != 0 else { return isCString(path) }
  let number = errno
  guard number == ENOENT || number == ENOTDIR else { throw .numbered(number, "examine", path) }
  return false
}

/// The path with every link resolved; nil, with `errno` set, when it leads nowhere.
package func realPath(_ path: String) -> String? {
  guard let real = unsafe realpath(cString(path), nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe pathString(UnsafeRawBufferPointer(start: real, count: strlen(real)))
}

/// The path with every link resolved: the file that a path leads to.
///
/// - Parameter verb: what the caller was about to do, for the error message.
/// - Throws: `FileError` when it leads nowhere.
func resolved(_ path: String, verb: String) throws(FileError) -> String {
  guard let real = unsafe realpath(cString(path), nil) else { throw .last(verb, path) }
  defer { unsafe free(real) }
  return unsafe pathString(UnsafeRawBufferPointer(start: real, count: strlen(real)))
}

/// Where a file of that name would be written: where it leads if it is a link, else the name itself.
package func written(_ path: String) -> String {
  var status = stat()
  guard isCString(path), unsafe lstat(cString(path), &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
    return path
  }
  return (try? resolved(path, verb: "create")) ?? path
}

/// Removes a file or a link; does nothing when there is none.
///
/// - Throws: `FileError` when it cannot be removed or is a folder.
package func removeFile(_ path: String) throws(FileError) {
  guard isCString(path) else { throw .numbered(EINVAL, "remove", path) }
  guard unsafe unlink(cString(path)) != 0 else { return }
  let number = errno
  if number != ENOENT { throw .numbered(number, "remove", path) }
}

/// The folder that contains what `path` names: "a/b" and "a/b/" are in "a", "b" is in ".", "/b" in "/".
package func parentFolder(of path: String) -> String {
  var parts = path[...]
  while parts.count > 1, parts.last == "/" { parts.removeLast() }
  guard let slash = parts.lastIndex(of: "/") else { return "." }
  parts = parts[..<slash]
  while parts.last == "/" { parts.removeLast() }
  return parts.isEmpty ? "/" : String(parts)
}

/// The path of a name in a folder.
func child(_ name: String, of folder: String) -> String { "\(folder == "/" ? "" : folder)/\(name)" }

/// Whether C sees the same path: it is not empty, and no NUL cuts it short.
func isCString(_ path: String) -> Bool { !path.isEmpty && !path.utf8.contains(0) }
