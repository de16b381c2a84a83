import SiamDatasets
import SiamTraining

/// What a judgement compares: a trained encoder with its baselines.
struct ComparedFeatures {
  let raw: RawPixels
  /// Whitened PCA of pixels and HOG.
  let baselines: [any Baseline]
  let untrained, trained: TrainedEncoder

  /// - Parameter bank: the images that the baselines are fitted to.
  /// - Throws: `ImageError`, `Interrupted`.
  init(_ encoder: TrainedEncoder, bank: ImageSubset, showing live: inout LiveLine) throws {
    raw = RawPixels(as: encoder)
    baselines = try Self.baselines(fittedTo: bank, showing: &live)
    live.show("comparing: the untrained encoder")
    (untrained, trained) = (try encoder.untrained(calibratedOn: bank.store), encoder)
  }

  /// - Throws: `ImageError`, `Interrupted`.
  static func baselines(
    fittedTo bank: ImageSubset, showing live: inout LiveLine
  ) throws -> [any Baseline] {
    let components = try PixelComponents(fittedTo: bank) { done in
      try Interruption.check()
      live.show("comparing: principal components of \(done) pictures")
    }
    return [components, GradientFeatures()]
  }
}
