public import Images
import Tensors

/// The pictures of a folder that can be used, each decoded once at the start.
///
/// Those that fit stay in memory as bytes; the others are read again whenever they are asked for.
public struct PictureStore: Sendable {
  public let folder: ImageFolder
  /// The folder's entries that are used, by index; bad ones are left out.
  public let entries: [Int]
  /// What could not be read, and why.
  public let bad: BadPictures
  /// Pictures that decoded with warnings of the library.
  public let flawed: Int
  /// Pictures whose EXIF orientation was not applied.
  public let rotated: Int
  private let options: DecodingOptions
  private let kept: [Image?]

  public var count: Int { entries.count }
  /// The class of each picture that is used; nil for a folder without classes.
  public var labels: [Int]? {
    let labels = entries.compactMap { folder.entries[$0].label }
    return labels.count == count && !folder.classes.isEmpty ? labels : nil
  }
  /// The path of each picture that is used, below the root.
  public var paths: [String] { entries.map { folder.entries[$0].path } }

  /// Reads the whole folder.
  ///
  /// - Parameters:
  ///   - memory: the bytes of pictures to keep.
  ///   - isStrict: whether the first bad picture is an error.
  ///   - progress: called with the entries seen so far; may throw to stop.
  /// - Throws: `ImageError` if strict, `TooManyBadPictures`, and what `progress` throws.
  public init(
    _ folder: ImageFolder, options: DecodingOptions = DecodingOptions(), memory: Int = 512 << 20,
    isStrict: Bool = false, maximumBadShare: Double = 0.1, progress: (Int) throws -> Void = { _ in }
  ) throws {
    var (entries, kept, bad): ([Int], [Image?], BadPictures) = ([], [], BadPictures())
    var (room, flawed, rotated) = (memory, 0, 0)
    let chunk = 64
    for start in stride(from: 0, to: folder.entries.count, by: chunk) {
      let range = start..<min(start + chunk, folder.entries.count)
      let results = parallelMap(range.count) { offset in
        Result { () throws(ImageError) in try folder.decoded(at: start + offset, options: options) }
      }
      for (offset, result) in results.enumerated() {
        switch result {
        case .success(let picture):
          entries.append(start + offset)
          flawed += picture.warnings > 0 ? 1 : 0
          rotated += picture.orientation != .upright && !options.appliesOrientation ? 1 : 0
          room -= picture.image.pixels.count
          kept.append(room >= 0 ? picture.image : nil)
        case .failure(let error):
          if isStrict { throw error }
          bad.add(error)
        }
      }
      try progress(range.upperBound)
    }
    try bad.check(total: folder.entries.count, maximumShare: maximumBadShare)
    (self.folder, self.options, self.entries, self.kept) = (folder, options, entries, kept)
    (self.bad, self.flawed, self.rotated) = (bad, flawed, rotated)
  }

  /// The picture at a place among those that are used.
  ///
  /// - Throws: `ImageError` if it has to be read again and no longer can be.
  public func picture(_ place: Int) throws(ImageError) -> Image {
    if let image = kept[place] { return image }
    return try folder.image(at: entries[place], options: options)
  }
}
