import Glibc
import Synchronization

/// The hidden file that `FileWriter` fills before renaming it: ".siam-4711-1.tmp".
///
/// Its writer holds a lock on it, which the system releases even when the writer is killed. So a temporary file that can be
/// locked is abandoned, whichever process, container or machine made it.
struct TemporaryFile: ~Copyable {
  /// The path of the file.
  let path: String
  /// The file, open for writing and locked.
  var file: Descriptor
  private static let serial = Atomic<Int>(0)

  /// Creates a file that nobody else has, and locks it.
  ///
  /// - Parameter wanted: the path that errors name.
  init(in folder: String, for wanted: String) throws(FileError) {
    while true {
      let serial = Self.serial.add(1, ordering: .relaxed).newValue
      let path = child(".siam-\(getpid())-\(serial).tmp", of: folder)
      let number = unsafe open(cString(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      let failure = errno
      if number >= 0 {
        let file = Descriptor(number)
        // Another process that removes abandoned files may have locked this one first and be about to remove it. Where
        // the file system has no locks, no process can.
        if (try? file.lock(path)) ?? true, file.isNamed(path) {
          self.path = path
          self.file = file
          return
        }
        continue
      }
      // EEXIST: left behind by a killed process of the same number, so try the next name.
      guard failure == EINTR || failure == EEXIST else { throw .numbered(failure, "create", wanted) }
    }
  }

  /// Whether a name is one that such a file has.
  static func isName(_ name: String) -> Bool {
    guard name.hasPrefix(".siam-"), name.hasSuffix(".tmp") else { return false }
    let numbers = name.dropFirst(6).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2
      && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

/// Removes the temporary files that killed processes left in the folder of `neighbour`, but not those still being written.
///
/// Files that cannot be removed stay: they do no harm.
package func removeAbandonedFiles(beside neighbour: String) {
  // `FileWriter` works beside the file that a link leads to.
  let folder = parentFolder(of: written(neighbour))
  guard let entries = try? list(folder: folder) else { return }
  for name in entries.map(\.name) where TemporaryFile.isName(name) {
    let path = child(name, of: folder)
    guard
      let file = try? Descriptor(opening: path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, verb: "open"),
      (try? file.regularSize(path)) != nil, (try? file.lock(path)) == true, file.isNamed(path)
    else { continue }
    unsafe unlink(cString(path))
  }
}
