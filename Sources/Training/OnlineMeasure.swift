package import SiamAugmentations
package import SiamDatasets
package import SiamFeatures

/// What is measured on features while they are learned: k-NN where images have classes, view retrieval where not.
package enum OnlineMeasure: Sendable {
  case knn(OnlineKNN)
  case retrieval(ViewRetrieval)

  /// Nil where neither can be: for fewer than two images.
  ///
  /// - Parameters:
  ///   - recipe: that of the training.
  ///   - seed: see `OnlineKNN`.
  package init?(_ store: ImageStore, recipe: Recipe, seed: UInt64) {
    if let knn = OnlineKNN(store, seed: seed) {
      self = .knn(knn)
    } else if let retrieval = ViewRetrieval(ImageSubset(store), recipe: recipe) {
      self = .retrieval(retrieval)
    } else {
      return nil
    }
  }

  /// Its name in a profile.
  package var name: String {
    switch self {
    case .knn: "online k-NN"
    case .retrieval: "view retrieval"
    }
  }

  /// The epochs between two measurements, see `OnlineKNN.defaultInterval`.
  package var defaultInterval: Int {
    switch self {
    case .knn(let knn): knn.defaultInterval
    case .retrieval(let retrieval):
      OnlineKNN.interval(measuring: retrieval.total, of: retrieval.images.store.count)
    }
  }

  /// The share of images classified correctly, or found, by average features.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func share(
    _ encoder: TrainedEncoder, progress: (Int) throws -> Void = { _ in }
  ) throws -> Proportion {
    switch self {
    case .knn(let knn): return try knn.accuracy(encoder, progress: progress)
    case .retrieval(let retrieval):
      let rows = try retrieval.rows(of: encoder, readOuts: [.average], named: "", progress: progress)
      return rows[0].found
    }
  }

  /// The same share with raw pixels in place of features.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rawShare(
    normalization: Normalization, size: Int, progress: (Int) throws -> Void = { _ in }
  ) throws -> Proportion {
    switch self {
    case .knn(let knn):
      try knn.rawAccuracy(normalization: normalization, size: size, progress: progress)
    case .retrieval(let retrieval):
      try retrieval.row(of: RawPixels(size: size, normalization: normalization), progress: progress).found
    }
  }
}

extension OnlineMeasure {
  /// The images that one measurement goes through.
  private var images: Int {
    switch self {
    case .knn(let knn): knn.split.bank.count + knn.split.queries.count
    case .retrieval(let retrieval): retrieval.total
    }
  }

  /// The metrics of epoch 0: the shares of raw pixels and of the untrained network.
  ///
  /// - Parameters:
  ///   - size: the side in pixels that raw pixels are resized to.
  ///   - progress: called with the images done and those to do; may throw to stop.
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  func baselines(
    normalization: Normalization, size: Int, untrained: () throws -> TrainedEncoder,
    progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws -> EpochMetrics {
    var metrics = EpochMetrics(epoch: 0, step: 0)
    let total = 2 * images
    try progress(0, total)
    metrics.noteRaw(
      try rawShare(normalization: normalization, size: size) { try progress($0, total) }, of: self)
    metrics.note(try share(untrained()) { try progress(images + $0, total) }, of: self)
    return metrics
  }
}

extension EpochMetrics {
  /// Takes a measured share under the measure's name.
  mutating func note(_ share: Proportion, of measure: OnlineMeasure) {
    switch measure {
    case .knn: knn = .init(share)
    case .retrieval: retrieval = .init(share)
    }
  }

  /// Takes the share of raw pixels.
  mutating func noteRaw(_ share: Proportion, of measure: OnlineMeasure) {
    switch measure {
    case .knn: rawKnn = .init(share)
    case .retrieval: rawRetrieval = .init(share)
    }
  }
}
