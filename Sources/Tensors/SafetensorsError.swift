public import SiamFiles

/// What is wrong with a safetensors file, as values; the description escapes names for printing.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be read.
  case file(FileError)
  /// The bytes break the rules of the format.
  case malformed(path: String, reason: String)
  /// The checksum does not match the content.
  case damaged(path: String)
  /// A checksum is required, and the file has none.
  case noChecksum(path: String)
  /// An array that is needed is not in the file.
  case missing(path: String, name: String)
  /// An array has another shape or element type than expected.
  case mismatch(path: String, name: String, found: String, expected: String)

  /// The sentence for a person.
  ///
  /// The path and what is wrong on one line, safe to print.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .malformed(let path, let reason): "\(printable(path)): not a safetensors file: \(printable(reason))"
    case .damaged(let path): "\(printable(path)): damaged: its checksum does not match its content"
    case .noChecksum(let path): "\(printable(path)): carries no checksum"
    case .missing(let path, let name): "\(printable(path)): has no array \(printable(name))"
    case .mismatch(let path, let name, let found, let expected):
      "\(printable(path)): \(printable(name)) is \(found), expected \(expected)"
    }
  }
}
