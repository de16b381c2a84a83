/// Rows of one image of a batch that are computed while they are in the cache.
package struct Region: Sendable {
  /// Its index among all of the batch, and the image's.
  package let index, image: Int
  /// Rows of y.
  package let rows: Range<Int>
}

/// A batch cut into whole images, or large images cut into bands of rows.
///
/// The cut is a function of the shapes alone, so sums over regions do not depend on the threads.
package struct Regions: Sendable {
  /// How many regions there are in the batch.
  package let count: Int
  /// The rows of an image.
  let height: Int
  /// The rows of a region; the last of an image may have fewer.
  let rows: Int
  /// Whether they are bands, even where one band is the whole image.
  let areBands: Bool
  private let perImage: Int

  /// Whole images that are `height` rows high.
  init(images batch: Int, height: Int) {
    (count, self.height, rows, areBands, perImage) = (batch, height, height, false, 1)
  }

  /// Bands of `each` rows.
  init(batch: Int, height: Int, each: Int) {
    (self.height, rows, areBands) = (height, each, true)
    perImage = (height + each - 1) / each
    count = batch * perImage
  }

  /// Bands for loops over the pixels of images with `floats` in a row.
  package init(batch: Int = 1, height: Int, floats: Int) {
    self.init(batch: batch, height: height, each: Self.band(of: height, suiting: 65_536 / floats))
  }

  /// The region of that index; those of an image follow one another from the top.
  package subscript(index: Int) -> Region {
    let first = index % perImage * rows
    return Region(index: index, image: index / perImage, rows: first..<min(height, first + rows))
  }

  /// How many of `count` rows go into a band where `suiting` would suit the cache: at least four bands come of it, for
  /// that many threads, where there are rows for them.
  package static func band(of count: Int, suiting: Int) -> Int { max(1, min(suiting, (count + 3) / 4)) }
}
