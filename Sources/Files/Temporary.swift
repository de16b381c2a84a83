import Glibc
import Synchronization

/// The hidden file that `FileWriter` fills before it takes its name: ".siam-4711-1.tmp".
///
/// Its maker holds a lock on it, which the system frees even when the maker is killed. So a temporary file that can be
/// locked is abandoned, whatever process, container or machine it came from.
struct Temporary: ~Copyable {
  let name: String
  var file: Descriptor
  private static let serial = Atomic<Int>(0)

  /// Makes a file that nobody else has, and locks it. `path`: the name to complain about.
  init(in folder: String, for path: String) throws(FileError) {
    while true {
      let serial = Self.serial.add(1, ordering: .relaxed).newValue
      let name = "\(folder == "/" ? "" : folder)/.siam-\(getpid())-\(serial).tmp"
      let number = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if number >= 0 {
        let file = Descriptor(number)
        // Somebody who tidies up may have been quicker with the lock, and takes the file away. Where there are no
        // locks at all there is nobody who could.
        if (try? file.lock(name)) ?? true, file.isNamed(name) {
          self.name = name
          self.file = file
          return
        }
        continue
      }
      // EEXIST: left over from a killed process of the same number, so try the next name.
      guard errno == EINTR || errno == EEXIST else { throw .last("create", path) }
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

/// Removes the files that killed processes left unfinished in the folder of `path`; those at work keep theirs.
///
/// What cannot be removed stays: it is in nobody's way.
package func removeAbandonedFiles(beside path: String) {
  let folder = parentFolder(of: path)
  guard let names = try? names(in: folder) else { return }
  for name in names where Temporary.isName(name) {
    let whole = "\(folder == "/" ? "" : folder)/\(name)"
    guard
      let file = try? Descriptor(opening: whole, O_RDWR | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, verb: "open"),
      let status = try? file.status(whole), status.isRegular, (try? file.lock(whole)) == true,
      file.isNamed(whole)
    else { continue }
    unsafe unlink(whole)
  }
}

/// Whether a folder holds nothing, hidden names included, but files in the making.
///
/// - Parameter ignored: a name that does not count either.
/// - Throws: `FileError` when it cannot be read.
package func isEmptyFolder(_ path: String, apartFrom ignored: String? = nil) throws(FileError) -> Bool {
  try names(in: path).allSatisfy { $0 == ignored || Temporary.isName($0) }
}

/// The names in a folder, but for "." and "..".
private func names(in folder: String) throws(FileError) -> [String] {
  guard isCString(folder), let stream = unsafe opendir(folder) else { throw .last("read", folder) }
  defer { unsafe closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}
