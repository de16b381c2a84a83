package import SiamImages
import SiamTensors

/// The result of examining every image of a folder once, without keeping pixels.
package struct FolderSurvey: Sendable {
  package let folder: ImageFolder
  /// For each entry, the facts about the image or why it cannot be used.
  package let results: [Result<ExaminedImage, ImageError>]
  /// Files not named as images, with the kind that their first bytes show: "a WebP image" and so on.
  package let others: [(kind: String, paths: [String])]

  /// The usable entries and their facts.
  package var usable: [(entry: Int, image: ExaminedImage)] {
    results.enumerated().compactMap { entry, result in (try? result.get()).map { (entry, $0) } }
  }

  /// The images that cannot be used.
  package var bad: BadImages {
    var bad = BadImages()
    for case .failure(let error) in results { bad.add(error) }
    return bad
  }

  /// These, and what cannot be listed or examined, each as one image.
  package var unusable: BadImages {
    var all = BadImages()
    for item in folder.census.unreadable { all.add(path: item.path, reason: item.reason) }
    all.add(bad)
    return all
  }

  /// Throws the first reason why an image cannot be used.
  package func requireAll() throws(ImageError) {
    if let first = folder.census.unreadable.first {
      throw .unreadable(path: first.path, reason: first.reason)
    }
    for result in results { _ = try result.get() }
  }

  /// Throws where a training would: when too many images cannot be used.
  package func requireEnough(maximumBadShare: Double) throws(TooManyBadImages) {
    try unusable.check(total: results.count + folder.census.unreadable.count, maximumShare: maximumBadShare)
  }

  /// Reads and decodes the whole folder on all threads.
  ///
  /// - Parameter progress: called with the entries seen so far; may throw to stop.
  /// - Throws: what `progress` throws.
  package init(
    _ folder: ImageFolder, options: DecodingOptions = DecodingOptions(),
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    var results: [Result<ExaminedImage, ImageError>] = []
    results.reserveCapacity(folder.entries.count)
    while results.count < folder.entries.count {
      let start = results.count
      results += parallelMap(min(64, folder.entries.count - start)) { offset in
        Result { () throws(ImageError) in try folder.examined(at: start + offset, options: options) }
      }
      try progress(results.count)
    }
    let kinds = parallelMap(folder.census.others.count) { folder.kind(ofOther: folder.census.others[$0]) }
    let paths = Dictionary(grouping: kinds.indices) { kinds[$0] }
    others = paths.keys.sorted().map { kind in
      (kind, (paths[kind] ?? []).map { folder.census.others[$0] })
    }
    (self.folder, self.results) = (folder, results)
  }
}
