import FoundationEssentials
import SiamFiles
import SiamImages

/// Where decoded images are cached across runs.
package struct ImageCachePlace: Sendable, Equatable {
  /// A folder; it may hold caches for many image folders and decoding options.
  package var folder: String
  /// The limit on a cache's pixels in bytes; images beyond it are decoded whenever they are needed.
  package var limit: Int

  package init(_ folder: String, limit: Int = .max) { (self.folder, self.limit) = (folder, limit) }
}

/// What became of a cache when a folder was read.
package struct ImageCacheUse: Sendable, Equatable {
  package enum State: Sendable { case made, found, busy }

  package let path: String
  /// `busy`: another process is writing it, and this one does without.
  package let state: State
  /// The number of images in it, and the size of its file.
  package let images, bytes: Int
}

/// The file at a cache's path is not a cache.
package struct NotAnImageCache: Error, Equatable, Sendable, CustomStringConvertible {
  package let path: String

  package init(path: String) { self.path = path }

  package var description: String { "\(printable(path)): not a picture cache made by Siam; left unchanged" }
}

/// The images of a folder as they were decoded and reduced, in one file.
///
/// It belongs to one folder and one way of reading it, which give it its name, and to its images' paths, sizes and
/// modification times, which are its key: with another key it is made again. It holds everything that `ImageStore`
/// learns when it reads the folder, so that a folder with a cache is not read at all.
///
/// Layout, little-endian: 64 bytes that begin with the magic; pixels; a row of seven numbers for each image (entry,
/// width, height, offset of its pixels or -1, digest, print); `Facts` as JSON; 64 bytes of trailer (magic, offset and length of
/// the rows, length of the JSON, digest of rows and JSON).
///
/// Pixels are read rather than mapped: they are copied in any case, and a disk that fails, or a file that somebody cuts
/// short, is then an error like any other instead of a crash. Each image is checked against its digest
/// whenever it is read; on a mismatch it is decoded from its own file.
struct ImageCache: Sendable {
  /// Facts about the folder besides the images.
  struct Facts: Codable, Sendable {
    struct Bad: Codable, Sendable { var path, reason: String }
    var key, fingerprint: String
    var flawed, rotated: Int
    var bad: [Bad]
  }

  struct Slot: Sendable {
    var entry, width, height, offset: Int
    var digest: [UInt64]
    /// See `ImageStore.prints`.
    var print: UInt64
    var bytes: Int { 3 * width * height }
  }

  static let magic = Array("siam-pictures-2\n".utf8)
  /// The common prefix of every version's magic.
  static let kind = Array("siam-pictures-".utf8)
  static let frame = 64
  static let row = 7

  let facts: Facts
  let slots: [Slot]
  let use: ImageCacheUse
  private let file: OpenFile

  /// The cache at a path.
  ///
  /// - Throws: `NotAnImageCache`.
  /// - Returns: nil if there is no cache, or it has another key or version, or is truncated or damaged.
  init?(_ path: String, key: String, entries: Int, made: Bool = false) throws {
    guard try fileExists(path) else { return nil }
    let file = try OpenFile(path)
    let beginning = try file.bytes(at: 0, count: Self.frame)
    guard beginning.starts(with: Self.kind.prefix(beginning.count)) else {
      throw NotAnImageCache(path: path)
    }
    guard beginning.starts(with: Self.magic), file.size >= 2 * Self.frame else { return nil }
    let trailer = try file.bytes(at: file.size - Self.frame, count: Self.frame)
    guard trailer.starts(with: Self.magic) else { return nil }
    let numbers = Self.numbers(trailer.dropFirst(16))
    let end = file.size - Self.frame
    guard (Self.frame...end).contains(numbers[0]), (0...end - numbers[0]).contains(numbers[1]),
      numbers[2] == end - numbers[0] - numbers[1], numbers[1] % (8 * Self.row) == 0
    else { return nil }
    let index = try file.bytes(at: numbers[0], count: numbers[1] + numbers[2])
    guard index.count == numbers[1] + numbers[2],
      Digest(index.span).halves == numbers[3...4].map({ UInt64(bitPattern: Int64($0)) }),
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(index.dropFirst(numbers[1]))),
      facts.key == key
    else { return nil }

    let rows = Self.numbers(index.prefix(numbers[1]))
    var slots: [Slot] = []
    slots.reserveCapacity(rows.count / Self.row)
    for start in stride(from: 0, to: rows.count, by: Self.row) {
      let slot = Slot(
        entry: rows[start], width: rows[start + 1], height: rows[start + 2], offset: rows[start + 3],
        digest: [UInt64(bitPattern: Int64(rows[start + 4])), UInt64(bitPattern: Int64(rows[start + 5]))],
        print: UInt64(bitPattern: Int64(rows[start + 6])))
      let sides = 1...1_000_000
      guard (0..<entries).contains(slot.entry), slot.entry > slots.last?.entry ?? -1,
        sides.contains(slot.width), sides.contains(slot.height),
        slot.offset == -1 || (slot.offset >= Self.frame && slot.offset <= numbers[0] - slot.bytes)
      else { return nil }
      slots.append(slot)
    }
    (self.facts, self.slots, self.file) = (facts, slots, file)
    use = ImageCacheUse(
      path: path, state: made ? .made : .found, images: slots.count { $0.offset >= 0 }, bytes: file.size)
  }

  /// The image in a slot; nil where it is not held, cannot be read, or is not what was written.
  func image(_ index: Int) -> Image? {
    let slot = slots[index]
    guard slot.offset >= 0, let pixels = try? file.bytes(at: slot.offset, count: slot.bytes),
      pixels.count == slot.bytes
    else { return nil }
    let image = Image(width: slot.width, height: slot.height, pixels: pixels)
    return Digest(of: image).halves == slot.digest ? image : nil
  }

  private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
    var (numbers, number, count): ([Int], UInt64, Int) = ([], 0, 0)
    numbers.reserveCapacity(bytes.count / 8)
    for byte in bytes {
      number |= UInt64(byte) << UInt64(8 * count)
      count += 1
      if count == 8 {
        numbers.append(Int(Int64(bitPattern: number)))
        (number, count) = (0, 0)
      }
    }
    return numbers
  }
}

extension ImageCachePlace {
  /// The path of a folder's cache for a way of reading it, the key of its images as they are now, and what each file looks
  /// like.
  ///
  /// - Returns: nil when the folder is gone.
  func cache(
    of folder: ImageFolder, _ options: DecodingOptions
  ) -> (path: String, key: String, stamps: [FileStamp?])? {
    guard let root = folder.realRoot else { return nil }
    var (text, stamps): (String, [FileStamp?]) = ("", [])
    for index in folder.entries.indices {
      let stamp = FileStamp(folder.path(at: index))
      stamps.append(stamp)
      text += "\(folder.entries[index].path)\n\(stamp.map(\.text) ?? "none")\n"
    }
    let name = Digest(of: "\(root)\n\(options.text)").text.prefix(16)
    return ("\(self.folder)/pictures-\(name).cache", Digest(of: text).text, stamps)
  }
}
