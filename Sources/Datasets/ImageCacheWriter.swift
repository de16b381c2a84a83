import FoundationEssentials
import SiamFiles
import SiamImages

/// An `ImageCache` being written. It appears under its name only when `finish` has completed and synced it.
struct ImageCacheWriter: ~Copyable {
  let path: String
  private let key: String
  private var room: Int
  private let lock: FileLock
  private var file: FileWriter
  private var offset = ImageCache.frame
  private var rows: [UInt8] = []

  /// Begins a cache, unless another process is writing the same one.
  ///
  /// - Throws: `FileError`.
  static func begun(_ path: String, key: String, limit: Int) throws(FileError) -> ImageCacheWriter? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    try makeFolder(parts.dropLast().joined(separator: "/"))
    guard let lock = try FileLock(path + ".lock") else { return nil }
    removeAbandonedFiles(beside: path)
    var file = try FileWriter(path)
    try file.write(framed([]))
    return ImageCacheWriter(path: path, key: key, room: limit, lock: lock, file: file)
  }

  private init(
    path: String, key: String, room: Int, lock: consuming FileLock, file: consuming FileWriter
  ) {
    (self.path, self.key, self.room) = (path, key, room)
    self.lock = lock
    self.file = file
  }

  /// Adds the folder's next usable image.
  mutating func add(_ image: Image, entry: Int, print: UInt64) throws(FileError) {
    let isHeld = image.pixels.count <= room
    let halves = Digest(of: image).halves.map { Int(Int64(bitPattern: $0)) }
    for number in [entry, image.width, image.height, isHeld ? offset : -1] + halves + [
      Int(Int64(bitPattern: print))
    ] {
      Self.append(number, to: &rows)
    }
    guard isHeld else { return }
    try file.write(image.pixels)
    offset += image.pixels.count
    room -= image.pixels.count
  }

  /// Completes the cache.
  ///
  /// - Throws: `FileError`, such as for a full disk; the unfinished file is then removed.
  consuming func finish(fingerprint: String, flawed: Int, rotated: Int, bad: [BadImages.Item]) throws {
    let facts = ImageCache.Facts(
      key: key, fingerprint: fingerprint, flawed: flawed, rotated: rotated,
      bad: bad.map { .init(path: $0.path, reason: $0.reason) })
    let json = Array(try JSONEncoder().encode(facts))
    let index = rows + json
    try file.write(index)
    let digest = Digest(index.span).halves.map { Int(Int64(bitPattern: $0)) }
    try file.write(Self.framed([offset, rows.count, json.count] + digest))
    try file.commit()
  }

  private static func framed(_ numbers: [Int]) -> [UInt8] {
    var frame = ImageCache.magic
    for number in numbers { append(number, to: &frame) }
    return frame + [UInt8](repeating: 0, count: ImageCache.frame - frame.count)
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    let pattern = UInt64(bitPattern: Int64(number))
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: pattern >> UInt64(8 * byte))) }
  }
}
