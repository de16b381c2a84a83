import SiamFiles
import SiamImages

/// The images that a run began with: the path of each, and a hash of its pixels as they were decoded.
///
/// A run draws its images by their numbers here, so that it can go on when some are gone. Text: a line for each image, in the
/// folder's order, with the hash in 16 hexadecimal digits ("-" for one that could not be used), a tab, and the path, escaped
/// by `printable(_:)`.
package struct ImageManifest: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    package var path: String
    /// Nil for an image that could not be used.
    var print: UInt64?
  }

  package let lines: [Line]

  init(lines: [Line]) { self.lines = lines }

  /// - Returns: nil if the text is not that of a manifest.
  package init?(text: some Sequence<UInt8>) {
    var lines: [Line] = []
    for line in String(decoding: Array(text), as: UTF8.self).utf8.split(separator: 0x0A) {
      guard let tab = line.firstIndex(of: 0x09),
        let path = unescaped(Substring(line[line.index(after: tab)...]))
      else { return nil }
      let print = Substring(line[..<tab])
      if print == "-" {
        lines.append(Line(path: path))
      } else {
        guard let number = UInt64(print, radix: 16) else { return nil }
        lines.append(Line(path: path, print: number))
      }
    }
    self.lines = lines
  }

  /// The manifest as text.
  package var text: String {
    lines.map { line in
      (line.print.map { hexadecimal($0, digits: 16) } ?? "-") + "\t" + printable(line.path) + "\n"
    }.joined()
  }

  /// The hashes of the usable images.
  package var prints: Set<UInt64> { Set(lines.compactMap(\.print)) }

  /// The same as that of a store of these images, see `ImageStore.fingerprint`.
  package var fingerprint: String {
    fingerprintText(lines.compactMap { line in line.print.map { (line.path, $0) } })
  }
}

/// How many images these are, and a hash of their paths and pixels in order.
func fingerprintText(_ images: [(path: String, print: UInt64)]) -> String {
  var hash = FNV1a()
  for (path, print) in images {
    hash.add(path)
    hash.add(UInt64(path.utf8.count))
    hash.add(print)
  }
  return "\(images.count) \(String(hash.value, radix: 16))"
}

extension ImageStore {
  /// The manifest of a run that begins with these images.
  package var manifest: ImageManifest {
    var lines = folder.entries.map { ImageManifest.Line(path: $0.path) }
    for (index, entry) in entries.enumerated() { lines[entry].print = prints[index] }
    return ImageManifest(lines: lines)
  }

  /// These images in the numbers of a run that began with perhaps others.
  ///
  /// Images of the run that are missing here, or have other pixels, are lost from the beginning; images that the run did not
  /// begin with are left out.
  package func continuing(_ run: ImageManifest) -> ImageStore {
    let known = Dictionary(
      entries.indices.map { (Array(folder.entries[entries[$0]].path.utf8), $0) },
      uniquingKeysWith: { a, _ in a })
    let reasons = Dictionary(
      bad.items.map { (Array($0.path.utf8), $0.reason) }, uniquingKeysWith: { a, _ in a })
    var result = self
    result.folder = folder.holding(run.lines.map(\.path))
    (result.entries, result.prints, result.places, result.lost) = ([], [], [], LostImages())
    var ofRun: Set<[UInt8]> = []
    for (entry, line) in run.lines.enumerated() {
      let bytes = Array(line.path.utf8)
      guard let print = line.print else { continue }
      ofRun.insert(bytes)
      let index = result.entries.count
      let place = known[bytes]
      result.entries.append(entry)
      result.prints.append(print)
      if let place, prints[place] == print {
        result.places?.append(place)
        continue
      }
      result.places?.append(nil)
      let change = place == nil ? "missing since the run began" : ImageError.changed(path: line.path).reason
      result.lost.add(index, path: line.path, reason: reasons[bytes] ?? change)
    }
    result.bad = BadImages()
    for item in bad.items where !ofRun.contains(Array(item.path.utf8)) {
      result.bad.add(path: item.path, reason: item.reason)
    }
    result.fingerprint = run.fingerprint
    return result
  }
}
