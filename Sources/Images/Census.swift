import SiamFiles

/// What a walk through a folder found besides the images that it returns.
public struct Census: Sendable, Equatable {
  /// The number of files that are not images by their names, for each extension in lower case with its dot; "" stands for
  /// files without one.
  package internal(set) var ignored: [String: Int] = [:]
  /// The paths of the same files, relative to the root.
  package internal(set) var others: [String] = []
  /// The number of files and folders whose names begin with a dot.
  package internal(set) var hidden = 0
  /// Links that lead outside the root and were not followed.
  package internal(set) var outside: [String] = []
  /// Folders that could not be listed, broken links, names that are not UTF-8, and image names of pipes and devices.
  package internal(set) var unreadable: [BadImages.Item] = []
  /// Classes without a single image.
  package internal(set) var emptyClasses: [String] = []

  /// The number of files left out because of their names.
  package var ignoredCount: Int { ignored.values.reduce(0, +) }

  /// Counts a file that is not an image by its name.
  mutating func ignore(_ path: String, _ name: String) {
    ignored[lastExtension(name), default: 0] += 1
    others.append(path)
  }
}

extension Census {
  /// What was left out, in a few words: "3 .webp files, 1 link that leads outside"; nil when nothing was.
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
