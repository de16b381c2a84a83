import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamTensors
import SiamTraining

/// The features of a folder by a run's encoder, kept in a file beside the run: only pictures that are new or changed are
/// encoded.
struct IndexedFeatures {
  let folder: ImageFolder
  let table: FeatureTable
  /// The folder's entry of each row.
  let entries: [Int]
  let bad: BadImages

  /// Reads what is kept, encodes the rest, and keeps it; says on standard error what was left out.
  ///
  /// A file that cannot be written is told, and no error: it saves time and nothing else.
  /// - Throws: `FolderError`, `ImageError`, `TooManyBadImages`, `FeatureError`, `Interrupted`.
  init(
    of root: String, labels: LabelTable? = nil, by encoder: TrainedEncoder, of run: String,
    _ reading: ReadingOptions, showing live: inout LiveLine
  ) throws {
    let folder = try ImageFolder(root, reading.images.reading.rules, labels: labels)
    let options = reading.images.reading
    let place = folder.realRoot ?? folder.root
    let path = try Self.path(run: run, root: place)
    removeAbandonedFiles(beside: path)
    let empty = FeatureIndex(
      of: place, by: encoder, options.decoding(reducedTo: encoder.configuration.reduction))
    useMemory(for: "the index of \(printable(root))")
    let kept = empty.read(path)
    let index = try kept.updated(for: folder, retryingBad: options.isStrict) { entries in
      try Self.encoded(folder, entries, by: encoder, reading, showing: &live)
    }
    if index != kept {
      do { try index.write(to: path) } catch {
        Output.error.line("\(error); the features are not kept, and will be computed again")
      }
    }
    var bad = BadImages()
    for item in folder.census.unreadable { bad.add(path: item.path, reason: item.reason) }
    for line in index.lines { if let reason = line.reason { bad.add(path: line.path, reason: reason) } }
    for line in notes(on: folder, bad: bad) { Output.error.line(line) }
    try bad.check(
      total: folder.entries.count + folder.census.unreadable.count, maximumShare: options.maximumBadShare)
    (self.folder, self.bad) = (folder, bad)
    (table, entries) = index.table(of: folder)
    if let row = table.firstRowNotFinite { throw FeatureError.notFinite(row: row) }
  }

  /// The file of a folder's features: in the run's folder, or beside the encoder's file.
  private static func path(run: String, root: String) throws(FileError) -> String {
    let stem = try isFolder(run) ? RunFolder(run).path + "/" : run + "-"
    return stem + FeatureIndex.fileName(of: root)
  }

  /// Reads and encodes some of a folder's pictures; for those that cannot be used there is a reason.
  private static func encoded(
    _ folder: ImageFolder, _ entries: [Int], by encoder: TrainedEncoder, _ reading: ReadingOptions,
    showing live: inout LiveLine
  ) throws -> (vectors: [Float], reasons: [String?]) {
    let paths = entries.map { folder.entries[$0].path }
    let root = printable(folder.root)
    let store = try ImageStore(
      folder.holding(paths), reading: reading.images.reading, reduction: encoder.configuration.reduction,
      memory: (reading.memory ?? ReadingOptions.defaultMemory) << 20, isPart: true, cache: reading.cache
    ) { done in
      try Interruption.check()
      live.show("\(root): reading pictures, \(done) of \(paths.count)")
    }
    var vectors: [Float] = []
    if store.count > 0 {
      let images = ImageSubset(store)
      let rows = try encoder.features(of: images, readOuts: [encoder.preferred]) { done in
        try Interruption.check()
        live.show("\(root): encoding pictures, \(done) of \(store.count)")
      }
      vectors = images.table(rows[0]).vectors
    }
    let bad = Dictionary((store.bad.items + store.lostImages).map { (Array($0.path.utf8), $0.reason) }) { $1 }
    live.erase()
    return (vectors, paths.map { bad[Array($0.utf8)] })
  }
}

extension IndexedFeatures {
  /// The path of a row's picture, with the root.
  func path(_ row: Int) -> String { folder.path(at: entries[row]) }

  /// The class of each row's picture; nil in a folder without classes.
  var labels: [Int?]? { folder.classes.isEmpty ? nil : entries.map { folder.entries[$0].label } }

  /// The class of a row's picture, by name.
  func className(_ row: Int) -> String? {
    folder.entries[entries[row]].label.map { folder.classes[$0] }
  }

  /// The row of a file; nil for one that is not in the folder.
  func row(of file: String) -> Int? {
    guard let root = folder.realRoot, let path = realPath(file), path.utf8.starts(with: (root + "/").utf8)
    else { return nil }
    let name = path.utf8.dropFirst(root.utf8.count + 1)
    return table.paths.firstIndex { $0.utf8.elementsEqual(name) }
  }
}
