import Glibc

/// Adds text at the end of a file, which is made if it is not there: for a log that others may be reading.
///
/// Unlike `FileWriter` it is not atomic: after a crash the last line may be torn. What it returns from is on the disk.
/// - Throws: `FileError` when it cannot be opened or written.
package func appendToFile(_ path: String, _ text: String) throws(FileError) {
  let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, verb: "create")
  guard try file.status(path).isRegular else { throw .notAFile(path: path) }
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { unsafe write(file.number, $0.baseAddress, $0.count) }
    guard count > 0 else {
      if count < 0, errno == EINTR { continue }
      throw .last("write", path)
    }
    rest = rest.dropFirst(count)
  }
  try file.synchronise(path)
}
