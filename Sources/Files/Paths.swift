import Glibc

/// Whether the name exists; a broken link does.
package func fileExists(_ path: String) -> Bool {
  var buffer = stat()
  return unsafe isCString(path) && lstat(path, &buffer) == 0
}

/// The path with every link resolved; nil, with `errno` set, when it leads nowhere or is not UTF-8.
package func realPath(_ path: String) -> String? {
  guard let real = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe String(validatingCString: real)
}

/// Removes a file or a link; does nothing when there is none.
///
/// - Throws: `FileError` when it cannot be removed or is a folder.
package func removeFile(_ path: String) throws(FileError) {
  guard isCString(path) else { throw .numbered(EINVAL, "remove", path) }
  guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
}

/// The folder that contains what `path` names: "a/b" and "a/b/" are in "a", "b" is in ".", "/b" in "/".
func parentFolder(of path: String) -> String {
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
