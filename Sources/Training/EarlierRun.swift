import SiamAugmentations
package import SiamDatasets
package import SiamFiles
import SiamImages
import SiamMethods
import SiamTensors

/// A run begun by an earlier process, with what resuming needs.
package struct EarlierRun: Sendable {
  /// Its folder.
  package let folder: RunFolder
  /// Its record. Resuming may change what has no influence on the result, such as `knnEvery`.
  package var record: RunRecord
  /// Its last checkpoint; nil for a run that was killed before the first, which starts over.
  package let checkpoint: CheckpointSummary?
  /// Whether its encoder is written.
  private let hasEncoder: Bool

  /// - Throws: `CheckpointError` if a file is damaged, or checkpoint and record are not of the same run.
  package init(_ folder: RunFolder) throws(CheckpointError) {
    self.folder = folder
    record = try folder.record()
    // The first checkpoint comes before the first line of metrics.
    let hasBegun: Bool
    do throws(FileError) {
      let hasCheckpoint = try fileExists(folder.checkpoint)
      let hasStarted = try hasCheckpoint ? true : fileExists(folder.metrics)
      hasBegun = !record.configuration.isPatches && hasStarted
      hasEncoder = try fileExists(folder.encoder)
    } catch {
      throw .file(.file(error))
    }
    checkpoint = hasBegun ? try CheckpointSummary(contentsOf: folder.checkpoint) : nil
    // The record is written first when the epochs change.
    var configuration = checkpoint?.configuration
    configuration?.setEpochs(record.configuration.epochs)
    if let configuration, configuration != record.configuration.networkAlone {
      throw .malformed(path: folder.checkpoint, reason: "its configuration differs from that in config.json")
    }
  }

  /// Whether every step was taken; patch features are finished with their encoder.
  package var isFinished: Bool {
    guard !record.configuration.isPatches else { return hasEncoder }
    return checkpoint.map { $0.epoch >= record.configuration.epochs } ?? false
  }

  /// Changes the epochs of a network, see `Trainer.change`; `noteResume` records it.
  package mutating func change(epochs: Int) { record.configuration.setEpochs(epochs) }

  /// The training as the last checkpoint left it, on those of the run's own images that are still there.
  ///
  /// - Throws: `CheckpointError`: `.otherImages` for other images, else for a damaged file.
  package func trainer(on store: ImageStore) throws(CheckpointError) -> Trainer {
    let store = try images(of: store)
    let beginning = try beginning()
    guard let checkpoint else { return Trainer(record.configuration, store: store, from: beginning) }
    var trainer = Trainer(checkpoint.configuration, store: store, from: beginning)
    try trainer.restore(from: folder.checkpoint)
    trainer.change(epochs: record.configuration.epochs)
    return trainer
  }

  /// Prepares the folder for resuming: later lines of metrics are dropped, and the record notes the
  /// resume.
  ///
  /// - Throws: `FileError`.
  package mutating func noteResume(of trainer: Trainer?) throws(FileError) {
    record.resumed.append(trainer?.step ?? 0)
    try folder.truncateMetrics(after: trainer?.epoch ?? -1)
    try folder.removeEncoders(after: trainer?.epoch ?? 0)
    try folder.write(record)
  }

  /// Writes the encoder of a finished run, if a kill came between the last checkpoint and the encoder that belongs to
  /// it.
  ///
  /// - Throws: `CheckpointError` for a damaged checkpoint, `FileError`.
  package func completeEncoder() throws {
    guard !record.configuration.isPatches else { return }
    var encoder = try TrainedEncoder(contentsOf: folder.checkpoint)
    if record.configuration.isBesidePatches {
      encoder = try TrainedEncoder(contentsOf: folder.patches).joined(with: encoder, as: record.configuration)
    }
    if (try? readFile(folder.encoder)) != encoder.encoded { try encoder.write(to: folder.encoder) }
  }
}
