import Glibc

/// Whether the path leads to a folder, through links too.
package func isFolder(_ path: String) -> Bool {
  var buffer = stat()
  return unsafe isCString(path) && stat(path, &buffer) == 0 && buffer.st_mode & S_IFMT == S_IFDIR
}

/// Creates a folder and its missing parents; does nothing when it exists.
///
/// - Throws: `FileError` when a part of the path cannot be created or is not a folder.
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

/// Whether a folder contains nothing, hidden names included, except unfinished files of `FileWriter`.
///
/// - Parameter ignored: one more name that does not count.
/// - Throws: `FileError` when the folder cannot be listed.
package func isEmptyFolder(_ path: String, apartFrom ignored: String? = nil) throws(FileError) -> Bool {
  try list(folder: path).allSatisfy { entry in
    guard let name = entry.name else { return false }
    return name == ignored || TemporaryFile.isName(name)
  }
}
