import SiamDatasets
import SiamMethods
import SiamTraining

/// What a judgement compares: a trained encoder with its baselines.
struct ComparedFeatures {
  let raw: RawPixels
  /// Whitened PCA of pixels and HOG.
  let baselines: [any Baseline]
  let untrained, trained: TrainedEncoder
  /// The imported encoder that the training began with; nil if it began with none.
  let imported: TrainedEncoder?

  /// - Parameter bank: the images that the baselines are fitted to.
  /// - Throws: `ImageError`, `Interrupted`.
  init(
    _ encoder: TrainedEncoder, from imported: TrainedEncoder? = nil, bank: ImageSubset,
    showing live: inout LiveLine
  ) throws {
    self.imported = imported
    raw = RawPixels(as: encoder)
    baselines = try SiamTraining.baselines(fittedTo: bank) { done in
      try Interruption.check()
      live.show("comparing: principal components of \(done) pictures")
    }
    live.show("comparing: the untrained encoder")
    (untrained, trained) = (try encoder.untrained(calibratedOn: bank.store), encoder)
  }

  /// The encoders by what tables call them, the one that is judged last.
  var encoders: [(name: String, encoder: TrainedEncoder)] {
    let before = imported.map { [("imported encoder", $0)] } ?? []
    return [("untrained encoder", untrained)] + before + [(trained.configuration.encoderName, trained)]
  }
}
