import SiamDatasets
import SiamFiles
import SiamImages
import SiamTraining

/// What labels the pictures of a run that is resumed.
extension TrainCommand {
  /// The labels that the run began with, nil for class folders; those of --labels must be the same.
  func ownLabels(of run: EarlierRun) throws -> LabelTable? {
    let own = try run.folder.labels(of: run.record)
    guard let file = labels.file else { return own }
    let began = "--labels \(quoted(file)): the run to resume began with"
    guard let own else { throw UsageError("\(began) class folders, and keeps them") }
    let known = run.folder.manifest().map { Set($0.lines.map { Array($0.path.utf8) }) }
    let sides = try [labels.tables().train, own].map { table in
      let images = try ImageFolder(root, run.record.reading.rules, labels: table)
      return images.entries.filter { known?.contains(Array($0.path.utf8)) ?? true }
        .map { $0.label.map { images.classes[$0] } }
    }
    guard sides[0] == sides[1] else {
      throw UsageError("\(began) other labels, and keeps them (\(printable(run.folder.labels)))")
    }
    return own
  }

  /// The test pictures: those of --test, or those that the run began with.
  func testImages(of run: inout EarlierRun) throws -> ImageFolder? {
    var table = try run.folder.testLabels(of: run.record)
    if let test, test != run.record.test || labels.testFile != nil {
      (run.record.test, run.record.testLabels) = (test, labels.testFile)
      table = try labels.tables().test
    }
    return try run.record.test.map { try ImageFolder($0, run.record.reading.rules, labels: table) }
  }
}
