import SiamFiles

/// What was wrong with one image file.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be opened or read, or is no regular file; `reason` is the system's own words.
  case unreadable(path: String, reason: String)
  /// The bytes are neither PNG nor JPEG; `lookingLike` says what they seem to be ("a WebP image").
  case unsupported(path: String, lookingLike: String)
  /// The bytes break the format's rules or end too early; `reason` is the library's own words.
  case corrupt(path: String, reason: String)
  /// The image has more pixels than the limit of the reading.
  case tooLarge(path: String, width: Int, height: Int, maximumPixels: Int)
  /// Decoding would take more memory or time than an image of this size should.
  case tooCostly(path: String, reason: String)
  /// The library warned, and the reading is strict; `reason` is its first warning.
  case doubtful(path: String, warnings: Int, reason: String)
  /// The file has other pixels than when it was first read.
  case changed(path: String)
  /// The image cannot be encoded or written.
  case unwritable(path: String, reason: String)

  /// The file that the error is about, as it was named to the call.
  package var path: String {
    switch self {
    case .unreadable(let path, _), .unsupported(let path, _), .corrupt(let path, _), .tooCostly(let path, _),
      .unwritable(let path, _):
      path
    case .tooLarge(let path, _, _, _): path
    case .doubtful(let path, _, _), .changed(let path): path
    }
  }

  /// What was wrong, without the path.
  package var reason: String {
    switch self {
    case .unreadable(_, let reason), .corrupt(_, let reason), .tooCostly(_, let reason),
      .unwritable(_, let reason):
      reason
    case .changed: "its pixels are not those that it began with"
    case .unsupported(_, let kind): Self.refusal(of: kind)
    case .tooLarge(_, let width, let height, let maximum):
      "\(width)×\(height) pixels, more than the limit of \(maximum)"
    case .doubtful(_, let warnings, let reason):
      warnings == 1 ? "warning: \(reason)" : "\(warnings) warnings, the first: \(reason)"
    }
  }

  /// The sentence for a person.
  ///
  /// The path and the reason on one line, safe to print.
  public var description: String { "\(printable(path)): \(reason)" }
}

extension ImageError {
  /// "a WebP picture, neither PNG nor JPEG; tools/build --with vips makes a siam that reads it".
  private static func refusal(of kind: String) -> String {
    let waits = ImageFormat.allCases.contains { !$0.isRead && $0.kind == kind }
    return "\(kind), \(ImageFormat.refusal)" + (waits ? "; \(ImageFormat.remedy)" : "")
  }
}
