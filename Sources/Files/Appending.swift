import Glibc

/// Appends text to a file, creating it if necessary: for a log that other processes may be reading.
///
/// Unlike `FileWriter` this is not atomic: after a crash the last line may be incomplete. The text is on the disk when the
/// function returns.
/// - Throws: `FileError` when the file cannot be opened or written, or is not a regular file.
package func appendToFile(_ path: String, _ text: String) throws(FileError) {
  let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, verb: "create")
  _ = try file.regularSize(path)
  let bytes = Array(text.utf8)
  let span = bytes.span
  try unsafe file.write(span.bytes, path)
  try file.synchronise(path)
}

/// A new file that grows record by record while other processes may be reading it.
///
/// Each record is one write, so that only the last can be cut off.
package struct GrowingFile: ~Copyable {
  private let file: Descriptor
  private let path: String

  /// - Throws: `FileError` when the file exists, or cannot be created.
  package init(creating path: String) throws(FileError) {
    file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOCTTY, verb: "create")
    self.path = path
  }

  package func append(_ record: [UInt8]) throws(FileError) {
    let span = record.span
    try unsafe file.write(span.bytes, path)
  }
}
