package import SiamDatasets
package import SiamFiles
import SiamMethods
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
  /// The images that judge features by their classes; nil if there are none.
  let sides: EvaluationSides?

  /// - Throws: `FileError` when the metrics cannot be read.
  package init(
    _ folder: RunFolder, _ record: RunRecord, encoder: TrainedEncoder, train: ImageStore, test: ImageStore?
  ) throws(FileError) {
    (self.folder, self.record, self.encoder) = (folder, record, encoder)
    (self.train, self.test) = (train, test)
    sides = Self.sides(train, test)
    epochs = try folder.epochs()
  }

  /// The encoders by what tables call them: untrained, and the run's own.
  ///
  /// - Throws: what the untrained encoder's calibration throws.
  func encoders() throws -> [(name: String, encoder: TrainedEncoder)] {
    [
      ("untrained encoder", try encoder.untrained(calibratedOn: train)),
      (encoder.configuration.encoderName, encoder),
    ]
  }

  /// Whether there was a training here, rather than an encoder's file alone.
  var isTraining: Bool { !record.command.isEmpty }

  private static func sides(_ train: ImageStore, _ test: ImageStore?) -> EvaluationSides? {
    guard train.classesInUse.count > 1, test.map({ !$0.classesInUse.isEmpty }) ?? true else { return nil }
    let sides = EvaluationSides(train: train, test: test)
    return sides.queries.count > 0 ? sides : nil
  }
}
