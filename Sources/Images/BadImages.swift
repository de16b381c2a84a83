import SiamFiles

/// The images that could not be used, and the rule that says when there are too many of them.
///
/// A bad image is skipped and listed once, however often it is read. A run over a folder with many bad images would learn
/// from other data than the user thinks, so ``check(total:maximumShare:)`` ends it.
package struct BadImages: Sendable, Equatable {
  /// One image and what was wrong with it.
  package struct Item: Sendable, Equatable, CustomStringConvertible {
    /// The path, and what was wrong without it.
    package let path, reason: String

    /// An image, named by its path.
    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// The path and the reason on one line, safe to print.
    package var description: String { "\(printable(path)): \(reason)" }
  }

  /// The bad images in the order in which they were found.
  package private(set) var items: [Item] = []
  /// The bytes of the paths: names that are equal only to Unicode are different files.
  private var known: Set<[UInt8]> = []

  /// No bad images yet.
  package init() {}

  /// The number of bad images.
  package var count: Int { items.count }
  /// Whether there are no bad images.
  package var isEmpty: Bool { items.isEmpty }

  /// Lists an image, unless it is listed already.
  package mutating func add(path: String, reason: String) {
    guard known.insert(Array(path.utf8)).inserted else { return }
    items.append(Item(path: path, reason: reason))
  }

  /// Lists the image that an error is about.
  package mutating func add(_ error: ImageError) { add(path: error.path, reason: error.reason) }

  /// Lists the images of another list.
  package mutating func add(_ others: BadImages) {
    for item in others.items { add(path: item.path, reason: item.reason) }
  }

  /// Throws when more than `maximumShare` of `total` images are bad, or all of them.
  ///
  /// - Parameters:
  ///   - total: the number of images, good and bad.
  ///   - maximumShare: from 0 (none may be bad) to 1.
  package func check(total: Int, maximumShare: Double) throws(TooManyBadImages) {
    precondition(total >= count, "\(count) bad pictures of \(total)")
    precondition((0...1).contains(maximumShare), "a share of \(maximumShare)")
    guard let first = items.first else { return }
    if count == total || Double(count) > maximumShare * Double(total) {
      throw TooManyBadImages(count: count, total: total, maximumShare: maximumShare, first: first)
    }
  }
}

/// So many images are bad that continuing would mislead.
package struct TooManyBadImages: Error, Equatable, CustomStringConvertible {
  /// The number of bad images, and of all.
  package let count, total: Int
  /// The share of bad images that was allowed, 0...1.
  package let maximumShare: Double
  /// The first bad image, as an example.
  package let first: BadImages.Item

  /// The counts, the allowed share and the example on one line, safe to print.
  package var description: String {
    "\(count) of \(total) pictures cannot be used, more than the share of \(maximumShare) that is allowed (--max-bad); "
      + "the first is \(first)"
  }
}
