package import SiamImages
import SiamTensors

/// The images of a store that could be read once and cannot be read again: deleted, emptied, cut short, replaced by others.
///
/// All copies of a store share them. An image that is lost stays lost: a training that loses one goes on in the same way
/// whether or not the file comes back.
final class LostImages: Sendable {
  private struct State {
    var reasons: [Int: String] = [:]
    var items: [BadImages.Item] = []
  }

  private let state = LockedValue(State())

  /// In the order in which they were found.
  var items: [BadImages.Item] { state.withLock { $0.items } }

  /// Why an image is lost; nil if it is not.
  func reason(_ index: Int) -> String? { state.withLock { $0.reasons[index] } }

  /// Lists an image, unless it is listed already.
  func add(_ index: Int, path: String, reason: String) {
    state.withLock { state in
      guard state.reasons.updateValue(reason, forKey: index) == nil else { return }
      state.items.append(BadImages.Item(path: path, reason: reason))
    }
  }
}

extension ImageStore {
  /// The images that are lost, in the order in which they were found.
  package var lostImages: [BadImages.Item] { lost.items }

  /// Whether an image could not be read again.
  package func isLost(_ index: Int) -> Bool { lost.reason(index) != nil }

  /// Notes that an image could not be read again.
  ///
  /// - Throws: the error itself if the reading is strict.
  func lose(_ index: Int, _ error: ImageError) throws(ImageError) {
    if options.strict { throw error }
    lost.add(index, path: error.path, reason: error.reason)
  }

  /// Notes that the image at a path is lost, if it cannot be read again; a path that is none of theirs is left alone.
  ///
  /// - Throws: `ImageError` if it is lost and the reading is strict.
  package func examine(_ path: String) throws(ImageError) {
    let index = entries.indices.first { folder.entries[entries[$0]].path.utf8.elementsEqual(path.utf8) }
    if let index { _ = try imageUnlessLost(index) }
  }

  /// Throws the error of the first image that is lost: for work that needs all of them.
  ///
  /// - Throws: `ImageError`.
  package func requireComplete() throws(ImageError) {
    if let first = lost.items.first { throw .unreadable(path: first.path, reason: first.reason) }
  }

  /// The images that are not lost, with numbers of their own. What is lost in these is noted apart; what was lost before counts
  /// as bad.
  package var present: ImageStore {
    if lost.items.isEmpty { return self }
    let kept = (0..<count).filter { !isLost($0) }
    var result = self
    (result.entries, result.prints) = (kept.map { entries[$0] }, kept.map { prints[$0] })
    result.places = kept.map { index in places.map { $0[index] } ?? index }
    for item in lost.items { result.bad.add(path: item.path, reason: item.reason) }
    result.lost = LostImages()
    result.fingerprint = fingerprintText(zip(result.paths, result.prints).map { ($0, $1) })
    return result
  }

  /// The image at an index; nil if it is lost, which is noted.
  ///
  /// - Throws: `ImageError` if it is lost and the reading is strict.
  package func imageUnlessLost(_ index: Int) throws(ImageError) -> Image? {
    do { return try image(index) } catch {
      try lose(index, error)
      return nil
    }
  }

  /// Throws when so many images are bad or lost that going on would mislead, or if the reading is strict and one is lost.
  ///
  /// - Throws: `ImageError`, `TooManyBadImages`.
  package func requireEnough() throws {
    let items = lost.items
    guard let first = items.first else { return }
    if options.strict { throw ImageError.unreadable(path: first.path, reason: first.reason) }
    var all = bad
    for item in items { all.add(path: item.path, reason: item.reason) }
    try all.check(total: count + bad.count, maximumShare: maximumBadShare)
  }
}
