import SiamAugmentations
import SiamDatasets
import SiamMethods
import SiamTraining

/// A run without classes to judge it by, judged by view retrieval.
struct RunRetrieval: Sendable {
  let rows: [RetrievalRow]
  /// What is counted, in words.
  let judging: [String]

  /// Nil for fewer than two images.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  init?(
    _ run: ReportedRun, by encoders: [(name: String, encoder: TrainedEncoder)], mapSide: Int,
    progress: (String) throws -> Void
  ) throws {
    let encoder = run.encoder
    guard let retrieval = ViewRetrieval(ImageSubset(run.train), recipe: encoder.configuration.recipe) else {
      return nil
    }
    let others = try baselines(fittedTo: retrieval.images) {
      try progress("principal components: \($0) pictures")
    }
    rows = try retrieval.rows(
      of: encoders, beside: [RawPixels(as: encoder)] + others,
      readOuts: [.average, .map(side: mapSide)]
    ) { name, done in
      try progress("view retrieval: \(name), \(done) of \(retrieval.total) pictures and views")
    }
    judging = [
      "View retrieval: how often a random view of a picture finds its own among \(retrieval.images.count) pictures, the "
        + "nearest by cosine similarity, in % with its interval of 95\u{A0}%. No classes are used.",
      "Views are made by the recipe \(retrieval.recipe.name).",
    ]
  }
}
