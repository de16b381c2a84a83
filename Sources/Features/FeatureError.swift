public import SiamFiles

/// Why features cannot be judged, written or read.
public enum FeatureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A set, named as in "bank", has no rows.
  case empty(String)
  /// A set has no labels.
  case unlabelled(String)
  /// Queries and bank have vectors of different lengths.
  case dimensions(queries: Int, bank: Int)
  /// A row holds NaN or infinity.
  case notFinite(row: Int)
  /// A row holds a number that 16 bits cannot.
  case beyondHalf(row: Int)
  /// Features of other images have the paths that these would have.
  case pathsOfOthers(path: String, features: String)
  /// The file's extension names no format.
  case unknownFormat(path: String)
  /// The file does not hold what its format asks for.
  case malformed(path: String, reason: String)
  /// The file cannot be read or written.
  case file(FileError)

  /// The sentence for a person.
  public var description: String {
    switch self {
    case .empty(let what): "the \(what) holds no features"
    case .unlabelled(let what): "the \(what) has no labels"
    case .dimensions(let queries, let bank): "features of \(queries) numbers against features of \(bank)"
    case .notFinite(let row): "the features of row \(row) are not finite: the training has diverged"
    case .beyondHalf(let row): "the features of row \(row) are too large for float16"
    case .pathsOfOthers(let path, let features):
      "\(printable(path)): belongs to \(printable(features)), which has other pictures; choose another name"
    case .unknownFormat(let path): "\(printable(path)): no known format of features: \(Self.endings)"
    case .malformed(let path, let reason): "\(printable(path)): \(printable(reason))"
    case .file(let error): "\(error)"
    }
  }

  private static var endings: String {
    "use " + FeatureFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
  }
}
