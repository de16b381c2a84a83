import SiamFiles

/// Why a folder gives no pictures.
package enum FolderError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(path: String)
  case notAFolder(path: String)
  /// The system's own words.
  case unreadable(path: String, reason: String)
  /// There is nothing in it.
  case empty(path: String)
  /// There is something in it, but no picture; the census says what.
  case noPictures(path: String, census: Census)

  package var description: String {
    switch self {
    case .missing(let path): "\(printable(path)): no such folder"
    case .notAFolder(let path): "\(printable(path)): not a folder"
    case .unreadable(let path, let reason): "\(printable(path)): \(reason)"
    case .empty(let path): "\(printable(path)): the folder is empty"
    case .noPictures(let path, let census):
      "\(printable(path)): no PNG or JPEG pictures" + (census.summary.map { "; found instead: \($0)" } ?? "")
    }
  }
}

extension Census {
  /// What was left out, in a few words: "3 .webp files, 1 link out of the folder"; nil when nothing was.
  package var summary: String? {
    func counted(_ count: Int, _ one: String, _ many: String) -> String? {
      count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
    }
    let kinds = ignored.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
    var parts = kinds.map { kind, count in
      let files = count == 1 ? "file" : "files"
      return kind.isEmpty ? "\(count) \(files) without extension" : "\(count) \(printable(kind)) \(files)"
    }
    let rest = ignoredCount - kinds.reduce(0) { $0 + $1.value }
    parts += [
      counted(rest, "other file", "other files"),
      counted(hidden, "hidden name", "hidden names"),
      counted(outside.count, "link that leads outside", "links that lead outside"),
      counted(unreadable.count, "unreadable name", "unreadable names"),
      counted(emptyClasses.count, "class without pictures", "classes without pictures"),
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
