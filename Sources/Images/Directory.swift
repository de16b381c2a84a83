import Glibc
import SiamFiles

/// What a name in a folder stands for, links not followed.
enum NameKind {
  case folder, file, link
  /// A pipe, a socket or a device.
  case special
}

/// The names in a folder with their kinds, sorted by their bytes; "." and ".." are left out.
///
/// A name that is not UTF-8 comes with nil as its `name` and what may be printed in its place.
func list(folder path: String) throws(FileError) -> [(name: String?, shown: String, kind: NameKind)] {
  func failure() -> FileError {
    .cannot(verb: "list folder", path: path, reason: unsafe String(cString: strerror(errno)))
  }
  guard let folder = unsafe opendir(path) else { throw failure() }
  defer { unsafe closedir(folder) }
  var found: [(bytes: [UInt8], kind: NameKind?)] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(folder) else {
      if errno != 0 { throw failure() }
      break
    }
    // The name may be longer than the array that the type declares, so it is read through the entry's own memory.
    let bytes = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
      unsafe $0.withMemoryRebound(to: UInt8.self, capacity: 256) { name in
        unsafe Array(
          UnsafeBufferPointer(
            start: name, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))))
      }
    }
    if bytes == [0x2E] || bytes == [0x2E, 0x2E] { continue }
    found.append((bytes, unsafe NameKind(directoryType: entry.pointee.d_type)))
  }
  found.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  return found.map { bytes, kind in
    guard let name = String(validating: bytes, as: UTF8.self) else {
      return (nil, printable(bytes), .special)
    }
    return (name, printable(name), kind ?? NameKind(examining: path + "/" + name))
  }
}

extension NameKind {
  /// The kind that the folder itself records; nil where the file system leaves it open.
  init?(directoryType: UInt8) {
    switch Int(directoryType) {
    case Int(DT_DIR): self = .folder
    case Int(DT_REG): self = .file
    case Int(DT_LNK): self = .link
    case Int(DT_UNKNOWN): return nil
    default: self = .special
    }
  }

  init(examining path: String) {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else {
      self = .special
      return
    }
    self.init(mode: facts.st_mode)
  }

  /// What a path leads to, through links.
  init?(following path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    self.init(mode: facts.st_mode)
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

/// The path with every link resolved, or nil with `errno` set.
func realPath(_ path: String) -> String? {
  guard let real = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe String(validatingCString: real)
}
