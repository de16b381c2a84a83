import Glibc

/// What a name in a folder stands for.
package enum FileKind: Sendable, Equatable {
  /// A folder, a regular file, or a link that was not followed.
  case folder, file, link
  /// A pipe, a socket or a device.
  case special
  /// The name cannot be examined; `number` is from `errno.h`.
  case unknown(number: Int32)

  /// What a path leads to, through links.
  package init(following path: String) {
    var facts = stat()
    guard isCString(path) else {
      self = .unknown(number: path.isEmpty ? ENOENT : EINVAL)
      return
    }
    self = unsafe stat(cString(path), &facts) == 0 ? Self(mode: facts.st_mode) : .unknown(number: errno)
  }

  /// What a path names, links not followed.
  fileprivate init(naming path: String) {
    var facts = stat()
    self = unsafe lstat(cString(path), &facts) == 0 ? Self(mode: facts.st_mode) : .unknown(number: errno)
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

/// A name in a folder; a byte that is not UTF-8 is escaped as in every path, see `pathString(_:)`.
package struct FolderEntry: Sendable, Equatable {
  package let name: String
  package let kind: FileKind
}

/// The names in a folder, sorted by their bytes, without "." and "..".
package struct FolderListing: Sendable {
  package let entries: [FolderEntry]
  /// Why the list ends early; nil when it is complete.
  package let failure: FileError?

  /// - Throws: `FileError` when the folder cannot be opened.
  package init(_ path: String) throws(FileError) {
    guard isCString(path) else { throw .numbered(path.isEmpty ? ENOENT : EINVAL, "list folder", path) }
    guard let folder = unsafe opendir(cString(path)) else { throw .last("list folder", path) }
    defer { unsafe closedir(folder) }
    var found: [(name: String, kind: FileKind?)] = []
    var failure: FileError?
    while true {
      errno = 0
      guard let entry = unsafe readdir(folder) else {
        if errno != 0 { failure = .last("list folder", path) }
        break
      }
      // A name may be longer than the array that the type declares, so it is read through the entry's own memory.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: UInt8.self, capacity: 256) { name in
          let count = unsafe strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
          return unsafe pathString(UnsafeBufferPointer(start: name, count: count))
        }
      }
      if name == "." || name == ".." { continue }
      found.append((name, unsafe FileKind(directoryType: entry.pointee.d_type)))
    }
    found.sort { precedes($0.name, $1.name) }
    entries = found.map { name, kind in
      FolderEntry(name: name, kind: kind ?? FileKind(naming: path + "/" + name))
    }
    self.failure = failure
  }
}

/// The names in a folder.
///
/// - Throws: `FileError` when the folder cannot be opened or read to its end.
package func list(folder path: String) throws(FileError) -> [FolderEntry] {
  let listing = try FolderListing(path)
  if let failure = listing.failure { throw failure }
  return listing.entries
}

/// Whether `a` comes before `b` by their bytes, as in Python; Swift's own order treats equivalent Unicode as equal.
package func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
