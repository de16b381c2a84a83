import Glibc
import SiamFiles

/// The images of a folder: one class for each first-level folder, or a flat folder without classes.
///
/// Every image below a first-level folder, at any depth, belongs to the class of that folder. When no first-level folder
/// contains an image, the images in the root itself are used, without labels. Images are files named `.png`, `.jpg`, `.jpeg`,
/// `.jpe` or `.jfif`, in any case, and with the trait `Vips` those of more formats; their bytes decide the format when they are read. Hidden files, folders of the system's own
/// such as `lost+found`, and runs of Siam are skipped. A link is followed only if it leads back into the root.
///
/// The order of classes and entries is that of torchvision's `ImageFolder` and does not depend on the file system.
public struct ImageFolder: Sendable {
  /// One image file.
  package struct Entry: Sendable, Equatable {
    /// The path relative to the root.
    package let path: String
    /// An index into ``ImageFolder/classes``; nil in a flat folder, and for an image that a table does not label.
    package let label: Int?
  }

  /// The folder, as it was given.
  package let root: String
  /// Which names were left out, and whether links out of the folder were followed.
  package let rules: FolderRules
  /// The names of the first-level folders, or of a table's classes, sorted by their bytes; empty in a flat folder.
  public let classes: [String]
  /// The images, folder by folder and sorted within each.
  package let entries: [Entry]
  /// What was found besides the images.
  package let census: Census
  /// The table that labels the images; nil for class folders.
  package let labels: ImageLabels?

  /// Finds the images of a folder.
  ///
  /// - Throws: ``FolderError`` when there is no such folder, or it has no images.
  public init(_ path: String) throws(FolderError) { try self.init(path, FolderRules()) }

  /// Finds the images of a folder by other rules than the defaults.
  ///
  /// - Throws: ``FolderError`` when there is no such folder, or it has no images.
  package init(_ path: String, _ rules: FolderRules) throws(FolderError) {
    try self.init(path, rules, inClasses: true)
  }

  /// Finds the images of a folder, which a table labels if there is one: then folders are no classes, and images beside and below
  /// them count alike.
  ///
  /// - Throws: ``FolderError``, ``LabelError``.
  package init(_ path: String, _ rules: FolderRules, labels table: LabelTable?) throws {
    let folder = try ImageFolder(path, rules, inClasses: table == nil)
    guard let table else {
      self = folder
      return
    }
    let paths = folder.entries.map(\.path)
    self.init(folder, paths, try ImageLabels(table, for: paths, in: folder.root))
  }

  /// - Parameter inClasses: whether the first-level folders are classes, and what lies beside them is left out.
  private init(_ path: String, _ rules: FolderRules, inClasses: Bool) throws(FolderError) {
    var root = path
    while root.utf8.count > 1, root.utf8.last == 0x2F { root.removeLast() }
    let kind = FileKind(following: root)
    if case .unknown(let number) = kind {
      throw number == ENOENT ? .missing(path: root) : .unreadable(path: root, reason: systemMessage(number))
    }
    guard kind == .folder else { throw .notAFolder(path: root) }
    guard let real = realPath(root) else {
      throw .unreadable(path: root, reason: systemMessage(errno))
    }
    var walk = FolderWalk(root: root, realRoot: real, rules)
    let first: (folders: [String], images: [String], names: Int)
    do { first = try walk.firstLevel() } catch { throw .unreadable(path: root, reason: error.reason) }

    var entries: [Entry] = []
    var (classes, emptyClasses): ([String], [String]) = ([], [])
    for folder in first.folders {
      guard let images = walk.images(below: folder) else { continue }
      if images.isEmpty { emptyClasses.append(folder) }
      entries += images.map { Entry(path: $0, label: classes.count) }
      classes.append(folder)
    }
    let isFlat = entries.isEmpty || !inClasses
    if isFlat { entries = first.images.map { Entry(path: $0, label: nil) } + entries }
    census = walk.finished(
      emptyClasses: isFlat ? [] : emptyClasses, beside: isFlat ? [] : first.images)
    (self.root, self.rules, self.entries) = (root, rules, entries)
    self.classes = isFlat ? [] : classes
    labels = nil
    if entries.isEmpty {
      throw first.names == 0 ? .empty(path: root) : .noImages(path: root, census: census)
    }
  }

  /// Single images without a folder, by paths of their own: the root is empty, and there are no classes.
  package init(of files: [String]) {
    (root, rules, classes, census, labels) = ("", FolderRules(), [], Census(), nil)
    entries = files.map { Entry(path: $0, label: nil) }
  }

  /// The same folder with other images: those of these paths, in the classes of its table; without one, a class for each first
  /// part of a path, and the classes that there were.
  package func holding(_ paths: [String]) -> ImageFolder {
    labels.map { ImageFolder(self, paths, $0) } ?? ImageFolder(self, paths)
  }

  private init(_ other: ImageFolder, _ paths: [String], _ labels: ImageLabels) {
    (root, rules, census, self.labels) = (other.root, other.rules, other.census, labels)
    classes = labels.classes
    entries = paths.map { Entry(path: $0, label: labels.label(of: $0)) }
  }

  private init(_ other: ImageFolder, _ paths: [String]) {
    (root, rules, census, labels) = (other.root, other.rules, other.census, nil)
    func first(_ path: String) -> Substring? { path.utf8.firstIndex(of: 0x2F).map { path[..<$0] } }
    let names = Set((other.classes + paths.compactMap { first($0).map(String.init) }).map { Array($0.utf8) })
    let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(zip(sorted, sorted.indices)) { label, _ in label }
    classes = sorted.map { String(decoding: $0, as: UTF8.self) }
    entries = paths.map { path in Entry(path: path, label: first(path).flatMap { numbers[Array($0.utf8)] }) }
  }

  /// The root with links resolved; nil when the folder is gone.
  package var realRoot: String? { realPath(root) }

  /// The path of an entry's file, with the root.
  package func path(at index: Int) -> String {
    root.isEmpty ? entries[index].path : root + "/" + entries[index].path
  }

  /// Reads an image's file; errors name the path relative to the root.
  package func bytes(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> [UInt8] {
    try file(at: index, options).bytes(named: entries[index].path)
  }

  /// Reads and decodes an image; errors name the path relative to the root.
  package func decoded(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> Decoded {
    try Decoded(file(at: index, options), path: entries[index].path, options: options)
  }

  /// Reads and decodes an image; errors name the path relative to the root.
  package func image(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> Image {
    try decoded(at: index, options: options).image
  }

  /// What a file that is not an image by its name seems to be by its first bytes, with an article: "a WebP image", "a PNG
  /// image", "an unknown kind of file".
  ///
  /// - Parameter path: one of ``Census/others``.
  package func kind(ofOther path: String) -> String {
    guard let bytes = try? readBeginning(root + "/" + path, count: 64) else { return "an unreadable file" }
    return ImageFormat.guess(bytes.span)
  }
}
