package import SiamFiles

/// What stands in the way of judging or storing features, as values; the sentence is made last.
package enum FeatureError: Error, Equatable, Sendable, CustomStringConvertible {
  case empty(String)
  case unlabelled(String)
  case dimensions(queries: Int, bank: Int)
  case notFinite(row: Int)
  case unknownFormat(path: String)
  case malformed(path: String, reason: String)
  case file(FileError)

  package var description: String {
    switch self {
    case .empty(let what): "the \(what) holds no features"
    case .unlabelled(let what): "the \(what) has no labels"
    case .dimensions(let queries, let bank): "features of \(queries) numbers against features of \(bank)"
    case .notFinite(let row): "the features of row \(row) are not finite: the training has diverged"
    case .unknownFormat(let path): "\(printable(path)): no known format of features: \(Self.endings)"
    case .malformed(let path, let reason): "\(printable(path)): \(printable(reason))"
    case .file(let error): "\(error)"
    }
  }

  private static var endings: String {
    "use " + FeatureFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
  }
}
