import Glibc
import SiamFiles

/// The pictures of a folder: one class for every first-level folder, or a flat folder without classes.
///
/// In `root/<class>/...` every picture below a first-level folder, at any depth, belongs to that folder's class.
/// When no first-level folder holds a picture but the root does, the root's own pictures are taken, without labels.
/// Pictures are the files named `.png`, `.jpg` and `.jpeg`, in any case; what they are is decided by their bytes when
/// they are read. Hidden files are skipped. A link is followed only where it leads back into the root.
///
/// The order of classes and entries is that of torchvision's `ImageFolder`; it does not depend on the file system.
package struct ImageFolder: Sendable {
  /// One picture.
  package struct Entry: Sendable, Equatable {
    /// Relative to the root.
    package let path: String
    /// An index into ``ImageFolder/classes``; nil in a flat folder.
    package let label: Int?
  }

  /// The folder, as it was given.
  package let root: String
  /// The names of the first-level folders, sorted by their bytes; empty in a flat folder.
  package let classes: [String]
  /// Class after class, and sorted within each.
  package let entries: [Entry]
  /// What was met besides.
  package let census: Census

  /// Walks through a folder.
  ///
  /// - Throws: ``FolderError`` when there is no such folder, or no picture in it.
  package init(_ path: String) throws(FolderError) {
    var root = path
    while root.utf8.count > 1, root.utf8.last == 0x2F { root.removeLast() }
    guard let kind = root.utf8.contains(0) ? nil : NameKind(following: root) else {
      let number = errno
      throw number == ENOENT || root.isEmpty
        ? .missing(path: root) : .unreadable(path: root, reason: unsafe String(cString: strerror(number)))
    }
    guard kind == .folder else { throw .notAFolder(path: root) }
    guard let real = realPath(root) else {
      throw .unreadable(path: root, reason: unsafe String(cString: strerror(errno)))
    }
    var walk = FolderWalk(root: root, realRoot: real)
    let first: (folders: [String], pictures: [String], names: Int)
    do { first = try walk.firstLevel() } catch { throw .unreadable(path: root, reason: error.reason) }

    var entries: [Entry] = []
    var emptyClasses: [String] = []
    for (label, folder) in first.folders.enumerated() {
      let pictures = walk.pictures(below: folder)
      if pictures.isEmpty { emptyClasses.append(folder) }
      entries += pictures.map { Entry(path: $0, label: label) }
    }
    if entries.isEmpty {
      (self.classes, self.entries) = ([], first.pictures.map { Entry(path: $0, label: nil) })
    } else {
      // As in torchvision, pictures beside the class folders belong to no class.
      for path in first.pictures { walk.census.ignore(path, path) }
      walk.census.emptyClasses = emptyClasses
      (self.classes, self.entries) = (first.folders, entries)
    }
    (self.root, census) = (root, walk.census)
    if self.entries.isEmpty {
      throw first.names == 0 ? .empty(path: root) : .noPictures(path: root, census: walk.census)
    }
  }

  /// The root's one name among all that lead to it; nil where it is no text, or the folder is gone.
  package var realRoot: String? { realPath(root) }

  /// The whole path of an entry.
  package func path(at index: Int) -> String { root + "/" + entries[index].path }

  /// Reads a picture's file; its errors name the path relative to the root.
  package func bytes(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> [UInt8] {
    try pictureBytes(path(at: index), named: entries[index].path, options)
  }

  /// Reads and decodes a picture; its errors name the path relative to the root.
  package func decoded(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> Decoded {
    let bytes = try bytes(at: index, options: options)
    return try Decoded(bytes.span, path: entries[index].path, options: options)
  }

  /// Reads and decodes a picture; its errors name the path relative to the root.
  package func image(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> Image {
    try decoded(at: index, options: options).image
  }
}
