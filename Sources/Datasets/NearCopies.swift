import SiamImages
import SiamTensors

/// The images of one selection that have a near duplicate in another.
package struct NearCopies: Sendable {
  /// How many have one.
  package let count: Int

  /// - Parameter progress: called with the images read so far; may throw to stop.
  /// - Throws: `ImageError` if an image can no longer be read, and what `progress` throws.
  package init(of queries: ImageSubset, in bank: ImageSubset, progress: (Int) throws -> Void) throws {
    var (prints, sketches): ([Digest], [ImageSketch]) = ([], [])
    for side in [bank, queries] {
      for start in stride(from: 0, to: side.count, by: 256) {
        let seen = parallelMap(min(256, side.count - start)) { offset in
          Result { () throws(ImageError) in
            let image = try side.store.image(side.indices[start + offset])
            return (Digest(of: image), ImageSketch(image))
          }
        }
        for one in seen {
          let (print, sketch) = try one.get()
          prints.append(print)
          sketches.append(sketch)
        }
        try progress(prints.count)
      }
    }
    let found = try Duplicates(pixels: prints, files: prints, sketches: sketches, division: bank.count)
    count = Set(found.pairs.filter { $0.first < bank.count && $0.second >= bank.count }.map(\.second)).count
  }
}
