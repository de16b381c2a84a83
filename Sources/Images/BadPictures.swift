import SiamFiles

/// The pictures that could not be used, and the rule that says when there are too many of them.
///
/// A bad picture is skipped, counted and listed once, however often it is met. A run over a folder of which a large
/// part is bad would learn from something else than the user thinks; ``check(total:maximumShare:)`` ends it.
package struct BadPictures: Sendable, Equatable {
  /// One picture with what was wrong with it.
  package struct Item: Sendable, Equatable, CustomStringConvertible {
    package let path, reason: String
    /// The path, safe to print.
    private let shown: String

    package init(path: String, reason: String) {
      (self.path, self.reason, shown) = (path, reason, printable(path))
    }

    /// A file whose name is no text; `shown` stands for it.
    init(shown: String, reason: String) { (path, self.reason, self.shown) = (shown, reason, shown) }

    package var description: String { "\(shown): \(reason)" }
  }

  /// In the order in which they were met.
  package private(set) var items: [Item] = []
  /// The bytes of the paths: two names that only Unicode calls equal are two files.
  private var known: Set<[UInt8]> = []

  package init() {}

  package var count: Int { items.count }
  package var isEmpty: Bool { items.isEmpty }

  /// Lists a picture, unless it is listed already.
  package mutating func add(path: String, reason: String) {
    guard known.insert(Array(path.utf8)).inserted else { return }
    items.append(Item(path: path, reason: reason))
  }

  /// Lists the picture that an error is about.
  package mutating func add(_ error: ImageError) { add(path: error.path, reason: error.reason) }

  /// Lists what another part of the program has met.
  package mutating func add(_ others: BadPictures) {
    for item in others.items { add(path: item.path, reason: item.reason) }
  }

  /// Throws when more than `maximumShare` of `total` pictures are bad, or all of them.
  ///
  /// - Parameter maximumShare: 0 (none may be bad) to 1.
  /// - Precondition: `total` counts good and bad pictures.
  package func check(total: Int, maximumShare: Double) throws(TooManyBadPictures) {
    precondition(total >= count, "\(count) bad pictures of \(total)")
    precondition((0...1).contains(maximumShare), "a share of \(maximumShare)")
    guard let first = items.first else { return }
    if count == total || Double(count) > maximumShare * Double(total) {
      throw TooManyBadPictures(count: count, total: total, maximumShare: maximumShare, first: first)
    }
  }
}

/// So many pictures are bad that going on would mislead.
package struct TooManyBadPictures: Error, Equatable, CustomStringConvertible {
  package let count, total: Int
  package let maximumShare: Double
  /// The first of them, as an example.
  package let first: BadPictures.Item

  package var description: String {
    "\(count) of \(total) pictures cannot be used, more than the share of \(maximumShare) that is allowed; "
      + "the first is \(first)"
  }
}
