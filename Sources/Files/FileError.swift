import Glibc

/// What went wrong with which file; the sentence is made last, with the name safe to print.
package enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system refused. `verb`: "open", "read", "create", ...; `reason`: the system's own words.
  case cannot(verb: String, path: String, reason: String)
  /// A folder, pipe, socket or device stands where a file is wanted.
  case notAFile(path: String)
  /// A file of more than the `limit` bytes that the caller is willing to read.
  case tooLarge(path: String, limit: Int)

  package var description: String {
    switch self {
    case .cannot(let verb, let path, let reason): "\(printable(path)): cannot \(verb): \(reason)"
    case .notAFile(let path): "\(printable(path)): not a regular file"
    case .tooLarge(let path, let limit): "\(printable(path)): more than \(limit) bytes"
    }
  }

  /// The error that the last system call left in `errno`.
  static func last(_ verb: String, _ path: String) -> FileError {
    numbered(errno, verb, path)
  }

  static func numbered(_ number: Int32, _ verb: String, _ path: String) -> FileError {
    // glibc keeps an unknown number's text per thread, so no lock is needed.
    let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return .cannot(verb: verb, path: path, reason: reason)
  }
}
