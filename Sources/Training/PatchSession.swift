import SiamAugmentations
package import SiamDatasets
import SiamFeatures
import SiamFiles
package import SiamMethods
import SiamNeuralNetworks

/// The fit of patch features to a folder's images, written to a run folder: alone with baselines, gauges and an online
/// measure, or as what stands beside a network, whose training measures all that.
///
/// There are no steps to continue from: a fit that was stopped begins anew, and ends with the same bits.
package struct PatchSession {
  /// What happens, in this order.
  package enum Event {
    /// Images gone through for the baselines of the online measure, and what these are.
    case measuring(done: Int, of: Int)
    case baselines(EpochMetrics)
    /// Images gone through, over all passes.
    case fitting(done: Int, of: Int)
    /// The encoder is written; its gauges and online measure, as epoch 1.
    case ended(EpochMetrics)
  }

  package let configuration: TrainingConfiguration
  package let store: ImageStore
  package let folder: RunFolder?
  package let measure: OnlineMeasure?

  /// Images whose features the gauges are taken from.
  private static let gaugeImages = 512

  /// - Parameters:
  ///   - folder: that of a run that has begun, see `RunFolder.begin`; nil writes nothing.
  /// - Precondition: the configuration fits patches.
  package init(
    _ configuration: TrainingConfiguration, on store: ImageStore, in folder: RunFolder? = nil,
    measure: OnlineMeasure? = nil
  ) {
    precondition(configuration.fitsPatches, "a fit of patch features by \(configuration.method)")
    (self.configuration, self.store, self.folder) = (configuration, store, folder)
    self.measure = measure
  }

  /// Fits, measures and writes.
  ///
  /// - Parameter listener: may throw to stop, also between two events, when it is called again with the last.
  /// - Throws: `PatchFitError`, `ImageError` if an image can no longer be read, `FileError`, what `listener` throws.
  package func run(listener: (Event) throws -> Void) throws -> TrainedEncoder {
    let before = EpochTimes()
    if !configuration.isBesidePatches { try measureBeginning(listener) }

    let own = configuration.patchesAlone
    var last = (done: 0, total: 1)
    let fitted = try PatchEncoder(fitting: PatchConfiguration(own), to: ImageSubset(store).present) {
      done, total in
      last = (done, total)
      try listener(.fitting(done: done, of: total))
    }
    let encoder = TrainedEncoder(fitted, of: own)
    var metrics = EpochMetrics(epoch: 1, step: 1)
    let some = ImageSubset(store, Array(0..<min(Self.gaugeImages, store.count)))
    let features = try fitted.features(of: some) { _ in
      try listener(.fitting(done: last.total, of: last.total))
    }
    let gauges = CollapseGauges(features, dimension: fitted.dimension)
    (metrics.std, metrics.rank, metrics.centre) = (gauges.spread, gauges.effectiveRank, gauges.centre)
    if let measure {
      let share = try measure.share(encoder) { _ in try listener(.fitting(done: last.total, of: last.total)) }
      metrics.note(share, of: measure)
    }
    (metrics.seconds, metrics.cpuSeconds) = (before.seconds, before.cpuSeconds)
    if let folder {
      try encoder.write(to: configuration.isBesidePatches ? folder.patches : folder.encoder)
      if !configuration.isBesidePatches { try folder.append(metrics) }
    }
    try listener(.ended(metrics))
    return encoder
  }

  /// The patch features that an earlier process fitted beside a network; nil if there are none.
  package func fitted() throws -> TrainedEncoder? {
    guard configuration.isBesidePatches, let folder, try fileExists(folder.patches) else { return nil }
    return try TrainedEncoder(contentsOf: folder.patches)
  }

  /// Raw pixels and the untrained network.
  private func measureBeginning(_ listener: (Event) throws -> Void) throws {
    try folder?.truncateMetrics(after: -1)
    let metrics =
      try measure?.baselines(
        normalization: configuration.recipe.normalization, size: configuration.encoder.size,
        untrained: { try TrainedEncoder.untrainedNetwork(for: configuration, calibratedOn: store) },
        progress: { try listener(.measuring(done: $0, of: $1)) }) ?? EpochMetrics(epoch: 0, step: 0)
    try folder?.append(metrics)
    try listener(.baselines(metrics))
  }
}
