import SiamFiles
package import SiamImages

/// Folders that are named like the parts of a data set, "train" and "test", where a folder's classes are expected.
///
/// They are no classes: whoever learns from such a folder learns from its test pictures too, and is judged by telling the parts
/// apart.
package struct DatasetParts: Sendable, Equatable {
  /// Where the parts are.
  package enum Place: Sendable, Equatable {
    /// In place of the classes.
    case classes
    /// Within the classes, `cat/train`, `cat/test`, or within a folder that a table labels.
    case withinClasses
  }

  package let place: Place
  /// The names of the parts.
  package let names: [String]
  /// A part to learn from and one to judge by; nil where there is none.
  package let learning, judging: String?
  /// Whether there are classes within the parts.
  package let hasClasses: Bool

  /// - Returns: nil for a folder without parts.
  package init?(of folder: ImageFolder) {
    let used =
      folder.labels == nil
      ? Set(folder.entries.compactMap(\.label)).sorted().map { folder.classes[$0] }
      : Self.firstFolders(of: folder)
    let classes = used.filter { Self.role($0) != nil }
    let isDeep = folder.entries.contains { $0.path.utf8.count { $0 == 0x2F } > 1 }
    if classes.count > 1 || (!classes.isEmpty && classes.count == used.count) {
      self.init(folder.labels == nil ? .classes : .withinClasses, classes, hasClasses: isDeep)
      return
    }
    var (inner, seen): ([String], Set<String>) = ([], [])
    for entry in folder.entries {
      let parts = entry.path.utf8.split(separator: 0x2F, maxSplits: 2)
      guard parts.count > 2 else { continue }
      let name = String(Substring(parts[1]))
      if seen.insert(name).inserted, Self.role(name) != nil { inner.append(name) }
    }
    self.init(.withinClasses, inner, hasClasses: true)
    if learning == nil || judging == nil { return nil }
  }

  /// The first-level folders with an image, in the order of the images.
  private static func firstFolders(of folder: ImageFolder) -> [String] {
    var (names, seen): ([String], Set<String>) = ([], [])
    for entry in folder.entries {
      let parts = entry.path.utf8.split(separator: 0x2F, maxSplits: 1)
      guard parts.count > 1 else { continue }
      let name = String(Substring(parts[0]))
      if seen.insert(name).inserted { names.append(name) }
    }
    return names
  }

  private init(_ place: Place, _ names: [String], hasClasses: Bool) {
    (self.place, self.names, self.hasClasses) = (place, names, hasClasses)
    learning = names.first { Self.role($0) == .learning }
    judging = names.first { Self.role($0) == .judging }
  }

  private enum Role { case learning, judging }

  /// The role of a part by its name, whatever its case, numbers and separators: "Train2017", "test_images", "held-out".
  private static func role(_ name: String) -> Role? {
    var letters = String(name.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) })
    if learningNames.contains(letters) { return .learning }
    if judgingNames.contains(letters) { return .judging }
    for word in things {
      if letters.hasSuffix(word) {
        letters = String(letters.dropLast(word.count))
      } else if letters.hasPrefix(word) {
        letters = String(letters.dropFirst(word.count))
      } else {
        continue
      }
      return learningNames.contains(letters) ? .learning : judgingNames.contains(letters) ? .judging : nil
    }
    return nil
  }

  private static let learningNames: Set = ["train", "training", "trn", "trainval", "unlabeled", "unlabelled"]
  private static let judgingNames: Set = [
    "test", "testing", "tests", "tst", "val", "valid", "validate", "validation", "dev", "eval", "evaluation",
    "heldout",
    "holdout", "query", "queries",
  ]
  /// What may stand before or after.
  private static let things = [
    "images", "image", "imgs", "img", "pictures", "photos", "dataset", "data", "set", "split", "part",
  ]
}
