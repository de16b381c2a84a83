package import SiamDatasets
package import SiamFiles
package import SiamTraining

/// A run as it is reported: what its folder says, its encoder and its images.
package struct ReportedRun: Sendable {
  let folder: RunFolder
  let record: RunRecord
  let epochs: [EpochMetrics]
  let encoder: TrainedEncoder
  /// The images that it learned from, and those that judge it, if they are others.
  let train: ImageStore
  let test: ImageStore?

  /// - Throws: `FileError` when the metrics cannot be read.
  package init(
    _ folder: RunFolder, _ record: RunRecord, encoder: TrainedEncoder, train: ImageStore, test: ImageStore?
  ) throws(FileError) {
    (self.folder, self.record, self.encoder) = (folder, record, encoder)
    (self.train, self.test) = (train, test)
    epochs = try folder.epochs()
  }

  /// Whether there was a training here, rather than an encoder's file alone.
  var isTraining: Bool { !record.command.isEmpty }

  /// The images that judge features by their classes; nil if there are none.
  var sides: EvaluationSides? {
    guard train.classesInUse.count > 1, test.map({ $0.labels != nil }) ?? true else { return nil }
    let sides = EvaluationSides(train: train, test: test)
    return sides.queries.count > 0 ? sides : nil
  }
}
