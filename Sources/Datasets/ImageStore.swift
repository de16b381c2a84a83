import SiamFiles
public import SiamImages
import SiamTensors

/// The usable images of a folder, each decoded once at the start.
///
/// Those that fit stay in memory as bytes; the others are read again whenever they are needed. With a cache they are
/// all stored in a file instead, and an unchanged folder is not read at all. An image that cannot be read again, or has other
/// pixels by then, is lost: see `LostImages`.
public struct ImageStore: Sendable {
  package internal(set) var folder: ImageFolder
  /// The indices of the folder's usable entries; bad ones are left out.
  package internal(set) var entries: [Int]
  /// A hash of each usable image's pixels.
  package internal(set) var prints: [UInt64]
  /// What could not be listed or read, and why.
  package internal(set) var bad: BadImages
  /// Images decoded with warnings from the library.
  package let flawed: Int
  /// Images whose EXIF orientation was not applied.
  package let rotated: Int
  /// A name for which images these are: how many, and a hash of their paths and pixels in order.
  package internal(set) var fingerprint: String
  /// The memory limit, in bytes, for images being decoded, beside those kept.
  private static let bytesAtOnce = 64 << 20
  /// How the images were decoded.
  package let options: DecodingOptions
  /// The share of bad images, 0...1, above which the folder is refused.
  let maximumBadShare: Double
  /// What could be read at first and cannot be read again.
  var lost = LostImages()
  private let cache: ImageCache?
  /// The outcome of the requested cache.
  package let cacheUse: ImageCacheUse?
  /// By index, up to the last image kept.
  private let kept: [Image?]
  /// What each usable image's file looked like when it was read.
  private let stamps: [FileStamp?]
  /// Where each image is among those read, nil for one that is lost; nil if every image is at its own index.
  var places: [Int?]?

  /// The number of usable images.
  public var count: Int { entries.count }
  /// The class of each usable image, nil for one without.
  package var classNumbers: [Int?] { entries.map { folder.classes.isEmpty ? nil : folder.entries[$0].label } }
  /// The class of each usable image; nil unless every image has one.
  public var labels: [Int]? {
    let labels = classNumbers.compactMap(\.self)
    return labels.count == count && !folder.classes.isEmpty ? labels : nil
  }
  /// The names of the classes that have an image.
  public var classesInUse: [String] {
    let used = Set(classNumbers.compactMap(\.self))
    return folder.classes.indices.filter(used.contains).map { folder.classes[$0] }
  }
  /// The path of each usable image, relative to the root.
  public var paths: [String] { entries.map { folder.entries[$0].path } }

  /// Reads the whole folder.
  ///
  /// - Parameters:
  ///   - reduction: how far the views allow large images to be reduced.
  ///   - memory: the bytes of images to keep; those in a cache are not.
  ///   - isPart: whether the folder is a part of another, so that any number of its images may be bad.
  ///   - location: where to cache the decoded images across runs.
  ///   - progress: called with the entries seen so far; may throw to stop.
  /// - Throws: `ImageError` if strict, `TooManyBadImages`, what `progress` throws, and where a cache is wanted
  ///   `FileError` (a full disk) and `NotAnImageCache`.
  package init(
    _ folder: ImageFolder, reading: ImageReading = ImageReading(), reduction: Reduction? = nil,
    memory: Int = 512 << 20, isPart: Bool = false, cache location: ImageCachePlace? = nil,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    let options = reading.decoding(reducedTo: reduction)
    let (isStrict, maximumBadShare) = (reading.isStrict, reading.maximumBadShare)
    if isStrict, let first = folder.census.unreadable.first {
      throw ImageError.unreadable(path: first.path, reason: first.reason)
    }
    var bad = BadImages()
    for item in folder.census.unreadable { bad.add(path: item.path, reason: item.reason) }
    // What cannot be listed counts as one image: how many there are nobody knows.
    let total = folder.entries.count + bad.count
    self.maximumBadShare = isPart ? 1 : maximumBadShare
    let wanted = location.flatMap { $0.cache(of: folder, options) }
    if let (path, key, stamps) = wanted,
      let cache = try ImageCache(path, key: key, entries: folder.entries.count),
      cache.facts.bad.isEmpty || !isStrict
    {
      for item in cache.facts.bad { bad.add(path: item.path, reason: item.reason) }
      try bad.check(total: total, maximumShare: maximumBadShare)
      (self.folder, self.options, self.bad, kept) = (folder, options, bad, [])
      (self.cache, cacheUse, entries) = (cache, cache.use, cache.slots.map(\.entry))
      (flawed, rotated) = (cache.facts.flawed, cache.facts.rotated)
      fingerprint = cache.facts.fingerprint
      (prints, self.stamps) = (cache.slots.map(\.print), entries.map { stamps[$0] })
      try progress(folder.entries.count)
      return
    }
    var writer: ImageCacheWriter?
    if let (path, key, _) = wanted, let limit = location?.limit {
      writer = try ImageCacheWriter.begun(path, key: key, limit: limit)
    }
    var (entries, kept): ([Int], [Image?]) = ([], [])
    var (prints, stamps): ([UInt64], [FileStamp?]) = ([], [])
    entries.reserveCapacity(folder.entries.count)
    var (room, flawed, rotated) = (memory, 0, 0)
    var (start, largest) = (0, Self.bytesAtOnce)
    while start < folder.entries.count {
      // As many at once as fit into a little memory, judging by the largest of the recent ones.
      let chunk = max(threadCount, min(256, Self.bytesAtOnce / largest))
      let range = start..<min(start + chunk, folder.entries.count)
      let first = start
      largest = max(1, largest / 2)
      let results = parallelMap(range.count) { offset in
        Result { () throws(ImageError) in
          let stamp = FileStamp(folder.path(at: first + offset))
          let image = try folder.decoded(at: first + offset, options: options)
          return (image, FNV1a(of: image.image).value, stamp)
        }
      }
      for (offset, result) in results.enumerated() {
        switch result {
        case .success(let (image, print, stamp)):
          entries.append(first + offset)
          prints.append(print)
          stamps.append(stamp)
          flawed += image.warnings > 0 ? 1 : 0
          rotated += image.orientation != .upright && !options.appliesOrientation ? 1 : 0
          let bytes = image.image.pixels.count
          largest = max(largest, bytes)
          try writer?.add(image.image, entry: first + offset, print: print)
          if writer == nil, bytes <= room {
            kept += repeatElement(nil, count: entries.count - 1 - kept.count)
            kept.append(image.image)
            room -= bytes
          }
        case .failure(let error):
          if isStrict { throw error }
          bad.add(error)
        }
      }
      start = range.upperBound
      try progress(start)
    }
    if !isPart { try bad.check(total: total, maximumShare: maximumBadShare) }
    (self.folder, self.options, self.entries, self.kept) = (folder, options, entries, kept)
    (self.bad, self.flawed, self.rotated) = (bad, flawed, rotated)
    (self.prints, self.stamps) = (prints, stamps)
    fingerprint = fingerprintText(zip(entries, prints).map { (folder.entries[$0].path, $1) })
    guard let (path, key, _) = wanted else {
      (cache, cacheUse) = (nil, nil)
      return
    }
    guard let writer = consume writer else {
      (cache, cacheUse) = (nil, ImageCacheUse(path: path, state: .busy, images: 0, bytes: 0))
      return
    }
    try writer.finish(
      fingerprint: fingerprint, flawed: flawed, rotated: rotated,
      bad: Array(bad.items.dropFirst(folder.census.unreadable.count)))
    cache = try ImageCache(path, key: key, entries: folder.entries.count, made: true)
    cacheUse = cache?.use
  }

  /// The image at an index among the usable ones.
  ///
  /// - Throws: `ImageError` if it has to be read again and cannot be, or has other pixels by now.
  public func image(_ index: Int) throws(ImageError) -> Image {
    let path = folder.entries[entries[index]].path
    if let reason = lost.reason(index) { throw .unreadable(path: path, reason: reason) }
    let place = places.map { $0[index] ?? -1 } ?? index
    precondition(place >= 0, "a lost image that is not listed")
    if place < kept.count, let image = kept[place] { return image }
    if let image = cache?.image(place) { return image }
    let stamp = FileStamp(folder.path(at: entries[index]))
    let image = try folder.image(at: entries[index], options: options)
    // The hash is only computed where the file has been touched.
    guard stamp == stamps[place] || FNV1a(of: image).value == prints[index] else {
      throw .changed(path: path)
    }
    return image
  }

  /// The change that makes an image upright, for one that is used as it is stored although its file says how to turn it.
  package func orientation(_ index: Int) -> Orientation {
    guard rotated > 0 else { return .upright }
    return (try? ImageHeader(contentsOf: folder.path(at: entries[index])))?.orientation ?? .upright
  }

  /// The image as a person wants to see it.
  package func upright(_ index: Int) throws(ImageError) -> Image {
    try image(index).applying(orientation(index))
  }
}

extension FNV1a {
  /// The hash of an image's width and pixels, three samples a word.
  fileprivate init(of image: Image) {
    self.init()
    add(UInt64(image.width))
    let pixels = image.pixels.span
    for start in stride(from: 0, to: pixels.count, by: 3) {
      add(UInt64(pixels[start]) | UInt64(pixels[start + 1]) << 8 | UInt64(pixels[start + 2]) << 16)
    }
  }
}
