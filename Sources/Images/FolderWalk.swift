import Glibc
import SiamFiles

/// What a walk through a folder met besides the pictures.
package struct Census: Sendable, Equatable {
  /// Files that are no pictures by their names: how many there are of each extension, in lower case and with the
  /// dot; "" for files without one.
  package internal(set) var ignored: [String: Int] = [:]
  /// The same files, relative to the root.
  package internal(set) var others: [String] = []
  /// Files and folders whose names begin with a dot.
  package internal(set) var hidden = 0
  /// Links that lead outside the root and were not followed.
  package internal(set) var outside: [String] = []
  /// Folders that could not be listed, broken links, and names of pictures that stand for a pipe or a device.
  package internal(set) var unreadable: [BadPictures.Item] = []
  /// Classes without a single picture.
  package internal(set) var emptyClasses: [String] = []

  /// How many files were left out because of their names.
  package var ignoredCount: Int { ignored.values.reduce(0, +) }

  mutating func ignore(_ path: String, _ name: String) {
    ignored[lastExtension(name), default: 0] += 1
    others.append(path)
  }
}

/// A walk that never leaves the folder it began in, and never goes in circles.
struct FolderWalk {
  /// The root without links: what a link must lead back into.
  let realRoot: String
  private let root: String
  var census = Census()

  init(root: String, realRoot: String) { (self.root, self.realRoot) = (root, realRoot) }

  /// A folder's own pictures and subfolders, as paths relative to the root.
  private struct Contents {
    var pictures: [String] = []
    var folders: [String] = []
    /// Links to folders within the root, with the real folder.
    var linked: [(path: String, real: String)] = []
  }

  /// The first-level folders, and the pictures beside them.
  mutating func firstLevel() throws(FileError) -> (folders: [String], pictures: [String], names: Int) {
    let names = try list(folder: root)
    let contents = sort(names, under: "")
    let folders = (contents.folders + contents.linked.map(\.path)).sorted { precedes($0, $1) }
    return (folders, contents.pictures, names.count)
  }

  /// All pictures below a folder, in the order of torchvision's `ImageFolder`: folders sorted by their whole
  /// paths, and the names within each.
  ///
  /// A folder that several links lead to is visited once, under its own name if that is met at all.
  mutating func pictures(below first: String) -> [String] {
    var found: [(folder: String, pictures: [String])] = []
    var visited: Set<[UInt8]> = []
    var waiting = [(path: first, real: realPath(root + "/" + first) ?? first)]
    var links: [(path: String, real: String)] = []
    while true {
      if waiting.isEmpty {
        guard !links.isEmpty else { break }
        links.sort { precedes($1.path, $0.path) }  // the last comes first in the alphabet
        waiting = [links.removeLast()]
      }
      let (path, real) = waiting.removeLast()
      guard visited.insert(Array(real.utf8)).inserted else { continue }
      do {
        let contents = sort(try list(folder: root + "/" + path), under: path + "/")
        found.append((path, contents.pictures))
        waiting += contents.folders.map { ($0, real + $0.dropFirst(path.count)) }
        links += contents.linked
      } catch {
        census.unreadable.append(.init(path: path, reason: error.reason))
      }
    }
    found.sort { precedes($0.folder, $1.folder) }
    return found.flatMap(\.pictures)
  }

  /// Tells pictures, folders and everything else apart.
  private mutating func sort(
    _ names: [(name: String?, shown: String, kind: NameKind)], under prefix: String
  ) -> Contents {
    var contents = Contents()
    for (name, shown, kind) in names {
      guard let name else {
        census.unreadable.append(.init(shown: printable(prefix) + shown, reason: "the name is not UTF-8"))
        continue
      }
      if name.utf8.first == 0x2E {
        census.hidden += 1
        continue
      }
      let path = prefix + name
      switch kind {
      case .folder: contents.folders.append(path)
      case .file: take(path, name, into: &contents)
      case .special: refuse(path, name, "not a regular file")
      case .link:
        let whole = root + "/" + path
        guard let real = realPath(whole), let target = NameKind(following: whole) else {
          refuse(path, name, "a link that leads nowhere")
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

  private mutating func take(_ path: String, _ name: String, into contents: inout Contents) {
    if isPicture(name) {
      contents.pictures.append(path)
    } else {
      census.ignore(path, name)
    }
  }

  /// What is no picture by its name is only counted.
  private mutating func refuse(_ path: String, _ name: String, _ reason: String) {
    if isPicture(name) {
      census.unreadable.append(.init(path: path, reason: reason))
    } else {
      census.ignore(path, name)
    }
  }

  private func isInside(_ real: String) -> Bool {
    real.utf8.elementsEqual(realRoot.utf8) || realRoot == "/"
      || real.utf8.starts(with: realRoot.utf8) && real.utf8.dropFirst(realRoot.utf8.count).first == 0x2F
  }
}

/// Whether a name says PNG or JPEG, in whatever case.
func isPicture(_ name: String) -> Bool { [".png", ".jpg", ".jpeg"].contains(lastExtension(name)) }

/// ".jpg" of "a.b.JPG", "" of "a".
func lastExtension(_ name: String) -> String {
  guard let dot = name.utf8.lastIndex(of: 0x2E) else { return "" }
  return String(name[dot...]).lowercased()
}

/// The order of the bytes, which is Python's; Swift's own compares what Unicode calls equivalent.
func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
