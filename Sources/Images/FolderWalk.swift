import Glibc
import SiamFiles

/// A walk through a folder that never visits a folder twice, and never takes one class's images for another's.
///
/// A link to a folder is followed where the rules allow it, unless it leads to the root, to something that contains the
/// root, or to another class; and no folder is walked a second time through a link. Each such link is told once.
struct FolderWalk {
  private let root: String
  /// The root with links resolved.
  private let realRoot: String
  private let rules: FolderRules
  /// What was found besides the images.
  private(set) var census = Census()
  /// The first-level folders, with the resolved path of each.
  private var classes: [(path: String, real: String)] = []
  /// The bytes of each folder's resolved path, and the path under which it was walked.
  private var walked: [[UInt8]: String] = [:]

  /// - Parameter realRoot: the root with links resolved.
  init(root: String, realRoot: String, _ rules: FolderRules) {
    (self.root, self.realRoot, self.rules) = (root, realRoot, rules)
  }

  /// The images and subfolders directly in a folder, as paths relative to the root.
  private struct Contents {
    var images: [String] = []
    var folders: [String] = []
    /// Links to folders, with the resolved path of each.
    var linked: [(path: String, real: String)] = []
  }

  /// The first-level folders, the images beside them, and the number of names in the root.
  mutating func firstLevel() throws(FileError) -> (folders: [String], images: [String], names: Int) {
    let names = try list(folder: root)
    let contents = sort(names, under: "")
    let base = realRoot == "/" ? "" : realRoot
    classes = contents.folders.map { ($0, base + "/" + $0) }
    for link in contents.linked {
      if let reason = refusal(of: link.real, within: link.path) {
        census.unwalked.append(.init(path: link.path, reason: reason))
      } else {
        classes.append(link)
      }
    }
    classes.sort { precedes($0.path, $1.path) }
    return (classes.map(\.path), contents.images, names.count)
  }

  /// All images below a first-level folder, in the order of torchvision's `ImageFolder`: sorted by folder path, then by
  /// name. Nil for a folder that Siam itself wrote.
  ///
  /// A folder that several links lead to is visited once, under its own name if the walk comes to it.
  mutating func images(below first: String) -> [String]? {
    var found: [(folder: String, images: [String])] = []
    var waiting = classes.filter { $0.path.utf8.elementsEqual(first.utf8) }
    var links: [(path: String, real: String)] = []
    var isOwn = false
    while true {
      if waiting.isEmpty {
        guard !links.isEmpty else { break }
        links.sort { precedes($1.path, $0.path) }  // so that the first in the alphabet is removed next
        let link = links.removeLast()
        if let reason = refusal(of: link.real, within: first) {
          census.unwalked.append(.init(path: link.path, reason: reason))
          continue
        }
        waiting = [link]
      }
      let (path, real) = waiting.removeLast()
      if let earlier = walked[Array(real.utf8)] {
        census.unwalked.append(.init(path: path, reason: "the same folder as \(printable(earlier))"))
        continue
      }
      walked[Array(real.utf8)] = path
      do throws(FileError) {
        let listing = try FolderListing(root + "/" + path)
        if isOwnFolder(root + "/" + path, listing.entries) {
          census.own.append(path)
          isOwn = isOwn || path.utf8.elementsEqual(first.utf8)
          continue
        }
        let contents = sort(listing.entries, under: path + "/")
        found.append((path, contents.images))
        waiting += contents.folders.map { ($0, real + $0.dropFirst(path.count)) }
        links += contents.linked
        if let failure = listing.failure { throw failure }
      } catch {
        census.unreadable.append(
          .init(
            path: path,
            reason: error.reason + (path.utf8.elementsEqual(first.utf8) ? ", and so its class" : "")))
      }
    }
    if isOwn { return nil }
    found.sort { precedes($0.folder, $1.folder) }
    return found.flatMap(\.images)
  }

  /// Ends the walk: the census with what is known only then.
  mutating func finished(emptyClasses: [String], beside images: [String]) -> Census {
    // As in torchvision, images beside the class folders belong to no class.
    for path in images { census.ignore(path, path) }
    let unread = Set(census.unreadable.map { Array($0.path.utf8) })
    census.emptyClasses = emptyClasses.filter { !unread.contains(Array($0.utf8)) }
    return census
  }

  /// Why a link to a folder is not followed from a class; nil if it is.
  private func refusal(of real: String, within own: String) -> String? {
    if isInside(realRoot, real) { return "a link to a folder that contains it" }
    let other = classes.first {
      !$0.path.utf8.elementsEqual(own.utf8) && (isInside(real, $0.real) || isInside($0.real, real))
    }
    return other.map { "a link to the class \(printable($0.path))" }
  }

  /// Separates images and folders from everything else, which the census counts.
  private mutating func sort(_ entries: [FolderEntry], under prefix: String) -> Contents {
    var contents = Contents()
    for entry in entries {
      let (name, path) = (entry.name, prefix + entry.name)
      if let reason = rules.exclusion(of: name, path: path) {
        census.excluded[reason, default: 0] += 1
        continue
      }
      if name.utf8.first == 0x2E {
        census.hidden += 1
        continue
      }
      switch entry.kind {
      case .folder: contents.folders.append(path)
      case .file: take(path, name, into: &contents)
      case .special: refuse(path, name, "not a regular file")
      case .unknown(let number):
        census.unreadable.append(.init(path: path, reason: "cannot examine: \(systemMessage(number))"))
      case .link: follow(path, name, into: &contents)
      }
    }
    return contents
  }

  /// Keeps what a link leads to if the rules allow it.
  private mutating func follow(_ path: String, _ name: String, into contents: inout Contents) {
    let fullPath = root + "/" + path
    guard let real = realPath(fullPath) else { return refuse(path, name, brokenBy: errno) }
    let target = FileKind(following: fullPath)
    if case .unknown(let number) = target { return refuse(path, name, brokenBy: number) }
    guard rules.followsLinks || isInside(real, realRoot) else {
      census.outside.append(path)
      return
    }
    switch target {
    case .folder: contents.linked.append((path, real))
    case .file: take(path, name, into: &contents)
    case .link, .special, .unknown: refuse(path, name, "not a regular file")
    }
  }

  /// Keeps a regular file if it is an image by its name.
  private mutating func take(_ path: String, _ name: String, into contents: inout Contents) {
    if isImage(name) {
      contents.images.append(path)
    } else {
      census.ignore(path, name)
    }
  }

  /// Reports an image that is not a regular file; other names are only counted.
  private mutating func refuse(_ path: String, _ name: String, _ reason: String) {
    if isImage(name) {
      census.unreadable.append(.init(path: path, reason: reason))
    } else {
      census.ignore(path, name)
    }
  }

  /// Reports a link that cannot be followed: an image, or perhaps a whole class.
  private mutating func refuse(_ path: String, _ name: String, brokenBy number: Int32) {
    let leadsNowhere = [ENOENT, ENOTDIR, ELOOP].contains(number)
    let mayBeClass = path.utf8.elementsEqual(name.utf8) && lastExtension(name).isEmpty
    let reason =
      leadsNowhere
      ? "a link that leads nowhere" : "a link that cannot be followed: \(systemMessage(number))"
    if isImage(name) || mayBeClass || !leadsNowhere {
      census.unreadable.append(.init(path: path, reason: reason))
    } else {
      census.unwalked.append(.init(path: path, reason: reason))
    }
  }
}

/// Whether a resolved path is that of a folder or lies in it.
package func isInside(_ real: String, _ folder: String) -> Bool {
  folder == "/" || real.utf8.elementsEqual(folder.utf8)
    || real.utf8.starts(with: folder.utf8) && real.utf8.dropFirst(folder.utf8.count).first == 0x2F
}

/// Whether a name has an extension of a format that this build reads, in any case.
package func isImage(_ name: String) -> Bool { imageExtensions.contains(lastExtension(name)) }

private let imageExtensions = Set(ImageFormat.allCases.filter(\.isRead).flatMap(\.extensions))

/// The extension of a name in lower case: ".jpg" of "a.b.JPG", "" of "a".
func lastExtension(_ name: String) -> String {
  guard let dot = name.utf8.lastIndex(of: 0x2E) else { return "" }
  return String(name[dot...]).lowercased()
}
