import SiamFiles

/// Why no images could be found in a folder.
public enum FolderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such folder.
  case missing(path: String)
  /// The path leads to something else than a folder.
  case notAFolder(path: String)
  /// The folder cannot be examined or listed; `reason` is the system's own words.
  case unreadable(path: String, reason: String)
  /// The folder is empty.
  case empty(path: String)
  /// The folder has content, but no images; `census` says what it has.
  case noImages(path: String, census: Census)

  /// The sentence for a person.
  ///
  /// The path and the reason on one line, safe to print.
  public var description: String {
    switch self {
    case .missing(let path): "\(printable(path)): no such folder"
    case .notAFolder(let path): "\(printable(path)): not a folder"
    case .unreadable(let path, let reason): "\(printable(path)): \(reason)"
    case .empty(let path): "\(printable(path)): the folder is empty"
    case .noImages(let path, let census):
      "\(printable(path)): no \(ImageFormat.readsAll ? "" : "PNG or JPEG ")pictures"
        + (census.remedy.map { " (\($0))" } ?? "")
        + (census.summary.map { "; found instead: \($0)" } ?? "")
        + (census.unreadable.first.map { ", the first is \($0)" } ?? "")
        + (census.outside.first.map { "; \(printable($0)) leads outside: --follow-links follows such links" }
          ?? "")
    }
  }
}
