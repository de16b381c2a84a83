package import SiamAugmentations
package import SiamDatasets
import SiamFeatures
package import SiamTensors

/// A way to turn images into vectors without a network, for learned features to beat.
package protocol Baseline: Sendable {
  /// Its name in tables, such as "raw pixels".
  var name: String { get }
  /// The side in pixels of the squares that it sees.
  var size: Int { get }
  /// How their samples are normalised.
  var normalization: Normalization { get }

  /// Shapes: images (N, size, size, 3) to (N, D).
  func vectors(of images: Tensor) -> Tensor
}

extension Baseline {
  /// Samples from 0 to 1.
  package var normalization: Normalization { .unit }
  /// The size as tables have it: "32x32".
  package var readOut: String { "\(size)x\(size)" }

  /// The vectors of some images, row by row.
  ///
  /// - Parameter progress: called with the images done so far; may throw to stop.
  /// - Throws: `ImageError` if an image can no longer be read, and what `progress` throws.
  package func features(
    of images: ImageSubset, progress: (_ done: Int) throws -> Void = { _ in }
  ) throws -> [Float] {
    var rows: [Float] = []
    for start in stride(from: 0, to: images.count, by: 256) {
      let some = images.indices[start..<min(start + 256, images.count)]
      let squares = try ViewLoader.images(
        some, of: images.store, seen: images.view, normalization: normalization, size: size)
      let vectors = vectors(of: squares)
      if rows.isEmpty { rows.reserveCapacity(images.count * vectors.channels) }
      rows += vectors.values
      try progress(start + some.count)
    }
    return rows
  }
}

/// What learned features should beat beside raw pixels: whitened principal components of the bank's pixels, and HOG.
///
/// - Throws: `ImageError` if an image can no longer be read, and what `progress` throws.
package func baselines(
  fittedTo bank: ImageSubset, progress: (_ done: Int) throws -> Void
) throws -> [any Baseline] {
  [try PixelComponents(fittedTo: bank, progress: progress), GradientFeatures()]
}

extension Evaluation {
  /// Evaluates a baseline by its vectors of bank and queries.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func row(
    of baseline: some Baseline, progress: (Int) throws -> Void = { _ in }
  ) throws -> EvaluationRow {
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let known = try baseline.features(of: bank, progress: progress)
    let asked = try baseline.features(of: queries) { try progress(bank.count + $0) }
    let (bankTable, queryTable) = (bank.table(known), queries.table(asked))
    return try row(
      baseline.name, baseline.readOut, bank: bankTable, queries: queryTable, progress: progress)
  }
}
