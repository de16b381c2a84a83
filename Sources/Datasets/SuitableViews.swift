package import SiamAugmentations
package import SiamImages

/// The default view size and recipe for a sample of images.
package struct SuitableViews: Sendable, Equatable {
  /// The largest side of a view that is ever chosen, in pixels.
  package static let largestSize = 224
  /// The largest side that is chosen without being asked for: larger views take too long for what they add.
  package static let defaultSize = 32
  private var shorterSides: [Int] = []
  /// Whether all images of the sample are grey.
  package private(set) var isGrey = true

  /// An empty sample.
  package init() {}

  /// Adds an image to the sample.
  package mutating func add(_ image: Image) {
    shorterSides.append(min(image.width, image.height))
    isGrey = isGrey && image.isGrey
  }

  /// The side of a view in pixels: the median of the shorter sides, rounded up to a multiple of 16, from 32 to `largest`.
  ///
  /// - Precondition: the sample is not empty.
  package func size(atMost largest: Int = largestSize) -> Int {
    precondition(!shorterSides.isEmpty, "a view size for no images")
    return min(largest, max(32, (shorterSides.sorted()[shorterSides.count / 2] + 15) / 16 * 16))
  }

  /// The recipe for views of this size, one of `Recipe.named`, and its name.
  package func recipe(size: Int) -> (name: String, recipe: Recipe) {
    isGrey ? ("grey", .grey) : size <= 64 ? ("cifar", .cifar) : ("imagenet", .imagenet)
  }
}
