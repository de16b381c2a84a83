package import SiamFeatures
package import SiamFiles
package import SiamImages
import SiamTensors

/// The features of a folder's images by an encoder, with what each file looked like, so that only the images that have
/// changed since are encoded again.
///
/// Its file is safetensors with a checksum: `features` (N, D), and `images`, three texts for each image, ended by NUL: path,
/// stamp, and why it has no features, which is empty for the N that have.
package struct FeatureIndex: Sendable, Equatable {
  /// An image, with or without features.
  package struct Line: Sendable, Equatable {
    package let path: String
    /// `FileStamp.text`, taken before the file was read.
    let stamp: String
    /// Why it could not be used; nil for one that has a row of features.
    package let reason: String?
  }

  /// The encoder, the folder and the way of reading it: an index with another key is of no use.
  let key: String
  /// In the folder's order.
  package private(set) var lines: [Line] = []
  private var vectors: [Float] = []
  let dimension: Int

  private static let format = "siam features 1"

  /// The name of the file for a folder with that real path: "features-0123456789abcdef.index".
  package static func fileName(of root: String) -> String {
    prefix + Digest(of: root).text.prefix(16) + suffix
  }

  /// Removes all such files of a run folder.
  static func removeAll(in folder: String) throws(FileError) {
    for entry in try list(folder: folder)
    where entry.name.hasPrefix(prefix) && entry.name.hasSuffix(suffix) {
      try removeFile("\(folder)/\(entry.name)")
    }
  }

  private static let (prefix, suffix) = ("features-", ".index")

  /// An index without images.
  ///
  /// - Parameter root: the folder, with links resolved.
  package init(of root: String, by encoder: TrainedEncoder, _ options: DecodingOptions) {
    let bytes = encoder.encoded
    key = Digest(of: "\(Digest(bytes.span).text)\n\(options.text)\n\(root)").text
    dimension = encoder.dimension
  }

  /// The same index as it was written to a file; without images where there is none, or it cannot be read, is damaged, cut
  /// short, of another version or of another key.
  package func read(_ path: String) -> FeatureIndex {
    guard let file = try? Safetensors(contentsOf: path, requiringChecksum: true),
      file.metadata["format"] == Self.format, file.metadata["key"] == key,
      let texts: [UInt8] = file.values(of: "images"), let entry = file.entry("features"),
      entry.shape.count == 2, entry.shape[1] == dimension, let vectors = file["features"]
    else { return self }
    let parts = texts.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    var result = self
    for start in stride(from: 0, to: parts.count - 3, by: 3) {
      let reason = parts[start + 2]
      result.lines.append(
        Line(path: parts[start], stamp: parts[start + 1], reason: reason.isEmpty ? nil : reason))
    }
    guard result.lines.count(where: { $0.reason == nil }) == entry.shape[0] else { return self }
    result.vectors = vectors
    return result
  }

  /// Writes the index; the file appears complete or not at all.
  package func write(to path: String) throws(FileError) {
    var file = Safetensors(metadata: ["format": Self.format, "key": key])
    file.add("features", [vectors.count / dimension, dimension], vectors)
    var texts: [UInt8] = []
    for line in lines {
      for text in [line.path, line.stamp, line.reason ?? ""] { texts += Array(text.utf8) + [0] }
    }
    file.add("images", [texts.count], texts)
    try file.write(to: path)
  }

  /// The index of the images that a folder has now, in its order.
  ///
  /// - Parameters:
  ///   - retriesBad: whether images that could not be used count as changed.
  ///   - encode: the features of some of the folder's entries, row by row, and for each why it has none; called at most once,
  ///     when images are new or changed.
  package func updated(
    for folder: ImageFolder, retryingBad retriesBad: Bool = false,
    encode: (_ entries: [Int]) throws -> (vectors: [Float], reasons: [String?])
  ) throws -> FeatureIndex {
    let stamps = parallelMap(folder.entries.count) { FileStamp(folder.path(at: $0))?.text ?? "" }
    let places = places(of: folder.entries)
    func isKnown(_ entry: Int) -> Bool {
      guard let place = places[entry], !stamps[entry].isEmpty else { return false }
      return lines[place].stamp == stamps[entry] && !(retriesBad && lines[place].reason != nil)
    }
    let changed = folder.entries.indices.filter { !isKnown($0) }
    if changed.isEmpty, folder.entries.count == lines.count, places.enumerated().allSatisfy({ $0 == $1 }) {
      return self
    }
    let new: (vectors: [Float], reasons: [String?]) = changed.isEmpty ? ([], []) : try encode(changed)
    precondition(
      new.reasons.count == changed.count
        && new.vectors.count == dimension * new.reasons.count { $0 == nil }, "features of other images")
    let rows = rows
    var (next, nextRow) = (0, 0)
    var result = self
    (result.lines, result.vectors) = ([], [])
    result.vectors.reserveCapacity(folder.entries.count * dimension)
    for (entry, place) in places.enumerated() {
      let path = folder.entries[entry].path
      if next < changed.count, changed[next] == entry {
        let reason = new.reasons[next]
        next += 1
        result.lines.append(Line(path: path, stamp: stamps[entry], reason: reason))
        guard reason == nil else { continue }
        result.vectors += new.vectors[nextRow * dimension..<(nextRow + 1) * dimension]
        nextRow += 1
      } else if let place {
        result.lines.append(lines[place])
        guard let row = rows[place] else { continue }
        result.vectors += vectors[row * dimension..<(row + 1) * dimension]
      }
    }
    return result
  }

  /// The features of a folder whose images the index holds, with classes and paths, and the folder's entry of each row.
  package func table(of folder: ImageFolder) -> (table: FeatureTable, entries: [Int]) {
    precondition(folder.entries.count == lines.count, "an index of another folder")
    let entries = lines.indices.filter { lines[$0].reason == nil }
    let labels = entries.compactMap { folder.entries[$0].label }
    let table = FeatureTable(
      vectors: vectors, dimension: dimension,
      labels: labels.count == entries.count && !folder.classes.isEmpty ? labels : nil,
      classes: folder.classes, paths: entries.map { folder.entries[$0].path })
    return (table, entries)
  }

  /// The row of each line's features.
  private var rows: [Int?] {
    var next = 0
    return lines.map { line in
      guard line.reason == nil else { return nil }
      next += 1
      return next - 1
    }
  }

  /// The line of each entry; nil for those that are new.
  private func places(of entries: [ImageFolder.Entry]) -> [Int?] {
    let isSame =
      entries.count == lines.count
      && zip(entries, lines).allSatisfy { $0.path.utf8.elementsEqual($1.path.utf8) }
    if isSame { return Array(entries.indices) }
    // By bytes: names that are equal only to Unicode are different files.
    let known = Dictionary(lines.indices.map { (Array(lines[$0].path.utf8), $0) }) { first, _ in first }
    return entries.map { known[Array($0.path.utf8)] }
  }
}
