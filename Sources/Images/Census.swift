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
  /// Links that were not walked because of where they lead: to the root, to another class, to what was walked already, or
  /// nowhere.
  package internal(set) var unwalked: [BadImages.Item] = []
  /// The number of names left out for each rule: a pattern, or the name of a folder of the system's own.
  package internal(set) var excluded: [String: Int] = [:]
  /// Folders that Siam wrote: runs and results.
  package internal(set) var own: [String] = []
  /// Folders that could not be listed or only in part, names that could not be examined, broken links to images or classes,
  /// and image names of pipes and devices. They count as bad images, one each.
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
      excludedSummary,
      counted(own.count, "folder that Siam wrote", "folders that Siam wrote"),
      counted(outside.count, "link that leads outside", "links that lead outside"),
      counted(unwalked.count, "link or folder not walked", "links or folders not walked"),
      counted(unreadable.count, "unreadable name", "unreadable names"),
      counted(emptyClasses.count, "class without pictures", "classes without pictures"),
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// "3 excluded names (2 @eaDir, 1 *.tmp)".
  private var excludedSummary: String? {
    let total = excluded.values.reduce(0, +)
    guard total > 0 else { return nil }
    let rules = excluded.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = rules.prefix(5).map { "\($0.value) \(printable($0.key))" } + (rules.count > 5 ? ["…"] : [])
    return "\(total) excluded \(total == 1 ? "name" : "names") (\(shown.joined(separator: ", ")))"
  }
}

extension Census {
  /// How to get a program that reads more of the files that were left out: "tools/build --with vips makes a siam that reads WebP and
  /// TIFF"; nil where that would help nothing.
  package var remedy: String? {
    let waiting = ImageFormat.allCases.filter { format in
      !format.isRead && format.extensions.contains { ignored[$0] != nil }
    }.map(\.name)
    guard let last = waiting.last else { return nil }
    let names = waiting.count > 1 ? waiting.dropLast().joined(separator: ", ") + " and " + last : last
    return ImageFormat.remedy.replacing("reads it", with: "reads \(names)")
  }
}
