import SiamDatasets
import SiamImages
import SiamTensors

/// A few images spread over a folder, to show or to choose settings from.
struct ImageSample {
  /// The indices of the images in the folder, in its order.
  let indices: [Int]
  /// The view size and the recipe that suit the images.
  let views: SuitableViews
  /// The images that could not be read.
  let bad: BadImages

  /// Takes a random image from each of `count` equal stretches of the folder, so that every class of a
  /// balanced folder is met; where it cannot be read, the next one of the stretch.
  ///
  /// - Throws: `ImageError` if the reading is strict; `TooManyBadImages` if none can be read, or too few.
  init(of folder: ImageFolder, count: Int, seed: UInt64, reading: ImageReading) throws {
    precondition(count > 0, "a sample of \(count) pictures")
    if reading.isStrict, let first = folder.census.unreadable.first {
      throw ImageError.unreadable(path: first.path, reason: first.reason)
    }
    let total = folder.entries.count
    let stretches = min(count, total)
    var generator = CounterGenerator(seed, Self.stream)
    // Images stay at least as large as the largest view ever chosen, so that reduction changes no choice.
    let side = SuitableViews.largestSize
    let decoding = reading.decoding(reducedTo: Reduction(pixels: side * side, side: side))
    var (indices, views) = ([Int](), SuitableViews())
    var bad = BadImages()
    var tried = 0
    for stretch in 0..<stretches {
      let (start, end) = (stretch * total / stretches, (stretch + 1) * total / stretches)
      let first = Int(generator.next() % UInt64(end - start))
      for step in 0..<end - start {
        let index = start + (first + step) % (end - start)
        tried += 1
        do throws(ImageError) {
          views.add(try folder.image(at: index, options: decoding))
          indices.append(index)
          break
        } catch {
          if reading.isStrict { throw error }
          bad.add(error)
        }
      }
    }
    try bad.check(total: tried, maximumShare: 1)
    (self.indices, self.views, self.bad) = (indices, views, bad)
  }

  /// Separates this use of a seed from its other uses.
  private static let stream: UInt64 = 0x5A4D_504C_45
}
