import Glibc
import SiamFiles

/// A walk through a folder that never leaves it and never visits a folder twice.
struct FolderWalk {
  /// The root with links resolved; a link is followed only into it.
  let realRoot: String
  private let root: String
  /// What was found besides the images.
  var census = Census()

  /// - Parameter realRoot: the root with links resolved.
  init(root: String, realRoot: String) { (self.root, self.realRoot) = (root, realRoot) }

  /// The images and subfolders directly in a folder, as paths relative to the root.
  private struct Contents {
    var images: [String] = []
    var folders: [String] = []
    /// Links to folders within the root, with the resolved path of each.
    var linked: [(path: String, real: String)] = []
  }

  /// The first-level folders, the images beside them, and the number of names in the root.
  mutating func firstLevel() throws(FileError) -> (folders: [String], images: [String], names: Int) {
    let names = try list(folder: root)
    let contents = sort(names, under: "")
    let folders = (contents.folders + contents.linked.map(\.path)).sorted { precedes($0, $1) }
    return (folders, contents.images, names.count)
  }

  /// All images below a folder, in the order of torchvision's `ImageFolder`: sorted by folder path, then by name.
  ///
  /// A folder that several links lead to is visited once, under its own name if the walk comes to it.
  mutating func images(below first: String) -> [String] {
    var found: [(folder: String, images: [String])] = []
    var visited: Set<[UInt8]> = []
    var waiting = [(path: first, real: realPath(root + "/" + first) ?? first)]
    var links: [(path: String, real: String)] = []
    while true {
      if waiting.isEmpty {
        guard !links.isEmpty else { break }
        links.sort { precedes($1.path, $0.path) }  // so that the first in the alphabet is removed next
        waiting = [links.removeLast()]
      }
      let (path, real) = waiting.removeLast()
      guard visited.insert(Array(real.utf8)).inserted else { continue }
      do {
        let contents = sort(try list(folder: root + "/" + path), under: path + "/")
        found.append((path, contents.images))
        waiting += contents.folders.map { ($0, real + $0.dropFirst(path.count)) }
        links += contents.linked
      } catch {
        census.unreadable.append(.init(path: path, reason: error.reason))
      }
    }
    found.sort { precedes($0.folder, $1.folder) }
    return found.flatMap(\.images)
  }

  /// Separates images and folders from everything else, which the census counts.
  private mutating func sort(_ entries: [FolderEntry], under prefix: String) -> Contents {
    var contents = Contents()
    for entry in entries {
      guard let name = entry.name else {
        census.unreadable.append(
          .init(shown: printable(prefix) + entry.printableName, reason: "the name is not UTF-8"))
        continue
      }
      if name.utf8.first == 0x2E {
        census.hidden += 1
        continue
      }
      let path = prefix + name
      switch entry.kind {
      case .folder: contents.folders.append(path)
      case .file: take(path, name, into: &contents)
      case .special: refuse(path, name, "not a regular file")
      case .link:
        let fullPath = root + "/" + path
        guard let real = realPath(fullPath), let target = FileKind(following: fullPath) else {
          let number = errno
          let isBroken = number == ENOENT || number == ELOOP
          refuse(
            path, name,
            isBroken
              ? "a link that leads nowhere" : "a link that cannot be followed: \(systemMessage(number))")
          continue
        }
        guard isInside(real) else {
          census.outside.append(path)
          continue
        }
        switch target {
        case .folder: contents.linked.append((path, real))
        case .file: take(path, name, into: &contents)
        case .link, .special: refuse(path, name, "not a regular file")
        }
      }
    }
    return contents
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

  /// Whether a resolved path lies in the root.
  private func isInside(_ real: String) -> Bool {
    real.utf8.elementsEqual(realRoot.utf8) || realRoot == "/"
      || real.utf8.starts(with: realRoot.utf8) && real.utf8.dropFirst(realRoot.utf8.count).first == 0x2F
  }
}

/// Whether a name has an extension of PNG or JPEG, in any case.
func isImage(_ name: String) -> Bool { [".png", ".jpg", ".jpeg"].contains(lastExtension(name)) }

/// The extension of a name in lower case: ".jpg" of "a.b.JPG", "" of "a".
func lastExtension(_ name: String) -> String {
  guard let dot = name.utf8.lastIndex(of: 0x2E) else { return "" }
  return String(name[dot...]).lowercased()
}

/// Whether `a` comes before `b` by their bytes, as in Python; Swift's own order treats equivalent Unicode as equal.
func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
