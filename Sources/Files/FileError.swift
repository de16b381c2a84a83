import Glibc

/// What went wrong with which file, as values; the description escapes the path for printing.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A system call failed. `verb`: "open", "read", "create", ...; `reason`: the system's own words.
  case cannot(verb: String, path: String, reason: String)
  /// The path leads to a folder, pipe, socket or device where a regular file is needed.
  case notAFile(path: String)
  /// The file is larger than the `limit`, in bytes, that the caller accepts.
  case tooLarge(path: String, limit: Int)

  /// The path as it was given to the call.
  var path: String {
    switch self {
    case .cannot(_, let path, _), .notAFile(let path), .tooLarge(let path, _): path
    }
  }

  /// What went wrong, without the path.
  package var reason: String {
    switch self {
    case .cannot(let verb, _, let reason): "cannot \(verb): \(reason)"
    case .notAFile: "not a regular file"
    case .tooLarge(_, let limit): "more than \(limit) bytes"
    }
  }

  /// The sentence for a person, the name safe to print.
  ///
  /// The path and the reason on one line, safe to print.
  public var description: String { "\(printable(path)): \(reason)" }

  /// The error that the last system call left in `errno`.
  static func last(_ verb: String, _ path: String) -> FileError {
    numbered(errno, verb, path)
  }

  /// The error with a number from `errno.h`.
  static func numbered(_ number: Int32, _ verb: String, _ path: String) -> FileError {
    .cannot(verb: verb, path: path, reason: systemMessage(number))
  }
}

/// The system's words for an error number from `errno.h`.
package func systemMessage(_ number: Int32) -> String {
  // glibc keeps the text of an unknown number per thread, so no lock is needed.
  unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
}
