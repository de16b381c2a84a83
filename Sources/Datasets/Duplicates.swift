import SiamFeatures
package import SiamImages
import SiamTensors

/// The exact and near duplicates in a set of images.
///
/// Images are named by their index in the list that was searched. Exact copies have the same pixels, and mostly the
/// same bytes. Near duplicates differ in their sketches by at most ``threshold``: the same image encoded again, resized,
/// brighter, with more contrast or another tint. Mirrored images are not found, nor, in most cases, those cropped by more
/// than a pixel in thirty.
package struct Duplicates: Sendable {
  /// Two images that are near duplicates, and by how much they differ.
  package struct Pair: Sendable, Equatable {
    package let first, second: Int
    package let difference: Double
  }

  /// Indices of images with the same pixels, two or more in each group, in order.
  package let copies: [[Int]]
  /// The number of these groups whose files are byte for byte the same.
  package let identicalFiles: Int
  /// Near duplicates, the nearest first. One image stands for all its copies; at most ``partners``
  /// are listed for an image in each part.
  package private(set) var pairs: [Pair]
  /// The largest difference of near duplicates.
  package let threshold: Double
  /// The median difference of an image from the most similar one of a thousand; nil for very few images.
  package let medianDifference: Double?
  /// Images too plain to be compared except for exact copies.
  package let faint: Int

  /// Upper limit of the near-duplicate threshold, for photographs: re-encoding as JPEG of quality 50 changes a sketch of
  /// 32x32 pixels by 0.03, of larger ones by less, and halving a size by less.
  package static let largestThreshold = 0.03
  /// Lower limit of the near-duplicate threshold: what re-encoding as JPEG of quality 50 changes the sketch of a plain
  /// 28x28 image by.
  package static let smallestThreshold = 0.004
  /// Images that were all taken in one way differ less from one another (clothes on black, X-rays, digits); a
  /// duplicate is several times nearer than the median there.
  package static let shareOfMedian = 0.1
  package static let partners = 8

  /// - Parameters:
  ///   - images: all parts, concatenated.
  ///   - division: where the second part (test) begins; each image's partners are looked for in each part.
  ///   - progress: called with the images seen so far; may throw to stop.
  package init(
    among images: [ExaminedImage], division: Int, progress: (Int) throws -> Void = { _ in }
  ) throws {
    try self.init(
      pixels: images.map(\.pixels), files: images.map(\.file), sketches: images.map(\.sketch),
      division: division,
      progress: progress)
  }

  /// The same for images of which only this is known.
  init(
    pixels: [Digest], files: [Digest], sketches: [ImageSketch], division: Int,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    var groups: [Digest: [Int]] = [:]
    for (index, digest) in pixels.enumerated() { groups[digest, default: []].append(index) }
    copies = groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    identicalFiles = copies.count { group in Set(group.map { files[$0] }).count == 1 }

    // The first image of each group in each part.
    let parts = [0..<division, division..<pixels.count].map { part in
      part.filter { index in
        groups[pixels[index]]?.first { part.contains($0) } == index && !sketches[index].isFaint
      }
    }
    faint = sketches.count { $0.isFaint }
    medianDifference = Self.medianDifference(parts[0].isEmpty ? parts[1] : parts[0], sketches)
    let threshold = max(
      Self.smallestThreshold,
      min(Self.largestThreshold, Self.shareOfMedian * (medianDifference ?? .infinity)))
    self.threshold = threshold

    let trees = parts.map { part in
      NeighbourTree(part.flatMap { sketches[$0].key }, dimension: ImageSketch.keyLength)
    }
    let radius = Float((2 * threshold).squareRoot()) + 1e-4  // for the rounding of keys
    let queries = parts[0] + parts[1]
    var found: Set<[Int]> = []
    for start in stride(from: 0, to: queries.count, by: 1024) {
      let near = parallelMap(min(1024, queries.count - start)) { offset in
        let index = queries[start + offset]
        let key = sketches[index].key
        return zip(parts, trees).flatMap { part, tree in
          tree.neighbours(of: key, within: radius, limit: Self.partners) { other in
            part[other] != index && sketches[part[other]].difference(from: sketches[index]) <= threshold
          }.map { part[$0] }
        }
      }
      for (offset, others) in near.enumerated() {
        for other in others { found.insert([queries[start + offset], other].sorted()) }
      }
      try progress(min(start + 1024, queries.count))
    }
    pairs = found.map {
      Pair(first: $0[0], second: $0[1], difference: sketches[$0[0]].difference(from: sketches[$0[1]]))
    }.filter { pixels[$0.first] != pixels[$0.second] }
      .sorted { ($0.difference, $0.first, $0.second) < ($1.difference, $1.first, $1.second) }
  }

  /// The same without near duplicates.
  package var exact: Duplicates {
    var result = self
    result.pairs = []
    return result
  }

  /// How much unrelated images of the set differ: the median difference to the nearest other in a random sample, of no
  /// more than a quarter of the set so that an image and its copy are seldom both in it.
  private static func medianDifference(_ indices: [Int], _ sketches: [ImageSketch]) -> Double? {
    let count = min(1000, indices.count / 4)
    guard count >= 8 else { return nil }
    var generator = CounterGenerator(0, chance)
    let sample = indices.shuffled(using: &generator).prefix(count).map { sketches[$0] }
    let nearest = parallelMap(count) { one in
      sample.indices.reduce(2.0) { $1 == one ? $0 : min($0, sample[one].difference(from: sample[$1])) }
    }
    return nearest.sorted()[count / 2]
  }

  /// Separates this use of a seed from its other uses.
  private static let chance: UInt64 = 0x4455_504C
}
