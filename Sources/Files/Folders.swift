import Glibc

/// Whether the path leads to a folder, through links too.
///
/// - Throws: `FileError` when the system cannot tell, for a reason other than that there is no such path.
package func isFolder(_ path: String) throws(FileError) -> Bool {
  var buffer = stat()
  return try exists(path) { unsafe stat(cString(path), &buffer) } && buffer.st_mode & S_IFMT == S_IFDIR
}

/// Checks that the folder is there that a file of that name would be written to.
///
/// - Throws: `FileError` under the file's name when it is not.
package func requireFolder(for path: String) throws(FileError) {
  let parent = parentFolder(of: path)
  guard try !isFolder(parent) else { return }
  throw .numbered(try fileExists(parent) ? ENOTDIR : ENOENT, "create", path)
}

/// Creates a folder and its missing parents; does nothing when it exists.
///
/// - Throws: `FileError` when a part of the path cannot be created or is not a folder.
package func makeFolder(_ path: String) throws(FileError) {
  guard isCString(path) else { throw .numbered(EINVAL, "create folder", path) }
  guard let number = failure(ofMaking: path) else { return }
  let parent = parentFolder(of: path)
  guard number == ENOENT, parent != path, parent != "." else {
    throw .numbered(number, "create folder", path)
  }
  try makeFolder(parent)
  if let number = failure(ofMaking: path) { throw .numbered(number, "create folder", path) }
}

/// Creates one folder; the error number if it fails and there is no such folder either.
private func failure(ofMaking path: String) -> Int32? {
  if unsafe mkdir(cString(path), 0o777) == 0 { return nil }
  let number = errno
  return (try? isFolder(path)) == true ? nil : number
}

/// Whether a folder contains nothing, hidden names included, except unfinished files of `FileWriter`.
///
/// - Parameter ignored: one more name that does not count.
/// - Throws: `FileError` when the folder cannot be listed.
package func isEmptyFolder(_ path: String, apartFrom ignored: String? = nil) throws(FileError) -> Bool {
  try list(folder: path).allSatisfy { entry in
    entry.name == ignored || TemporaryFile.isName(entry.name)
  }
}
