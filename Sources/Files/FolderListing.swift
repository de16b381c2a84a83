import Glibc

/// What a name in a folder stands for.
package enum FileKind: Sendable, Equatable {
  /// A folder, a regular file, or a link that was not followed.
  case folder, file, link
  /// A pipe, a socket or a device.
  case special

  /// What a path leads to, through links; nil, with `errno` set, when that cannot be examined.
  package init?(following path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    self.init(mode: facts.st_mode)
  }

  /// What a path names, links not followed; `.special` when that cannot be examined.
  fileprivate init(naming path: String) {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else {
      self = .special
      return
    }
    self.init(mode: facts.st_mode)
  }

  /// The kind that a folder itself records; nil where the file system does not say.
  fileprivate init?(directoryType: UInt8) {
    switch Int(directoryType) {
    case Int(DT_DIR): self = .folder
    case Int(DT_REG): self = .file
    case Int(DT_LNK): self = .link
    case Int(DT_UNKNOWN): return nil
    default: self = .special
    }
  }

  private init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFDIR: self = .folder
    case S_IFREG: self = .file
    case S_IFLNK: self = .link
    default: self = .special
    }
  }
}

/// A name in a folder.
package struct FolderEntry: Sendable, Equatable {
  /// The name; nil when it is not UTF-8.
  package let name: String?
  /// The name, safe to print.
  package let printableName: String
  /// What the name stands for; `.special` when it is not UTF-8.
  package let kind: FileKind
}

/// The names in a folder, sorted by their bytes, without "." and "..".
///
/// - Throws: `FileError` when the folder cannot be opened or read.
package func list(folder path: String) throws(FileError) -> [FolderEntry] {
  guard isCString(path) else { throw .numbered(path.isEmpty ? ENOENT : EINVAL, "list folder", path) }
  guard let folder = unsafe opendir(path) else { throw .last("list folder", path) }
  defer { unsafe closedir(folder) }
  var found: [(bytes: [UInt8], kind: FileKind?)] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(folder) else {
      if errno != 0 { throw .last("list folder", path) }
      break
    }
    // A name may be longer than the array that the type declares, so it is read through the entry's own memory.
    let bytes = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
      unsafe $0.withMemoryRebound(to: UInt8.self, capacity: 256) { name in
        unsafe Array(
          UnsafeBufferPointer(
            start: name, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))))
      }
    }
    if bytes == [0x2E] || bytes == [0x2E, 0x2E] { continue }
    found.append((bytes, unsafe FileKind(directoryType: entry.pointee.d_type)))
  }
  found.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  return found.map { bytes, kind in
    guard let name = String(validating: bytes, as: UTF8.self) else {
      return FolderEntry(name: nil, printableName: printable(bytes), kind: .special)
    }
    return FolderEntry(
      name: name, printableName: printable(name), kind: kind ?? FileKind(naming: path + "/" + name))
  }
}
