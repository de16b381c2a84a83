import SiamFiles
import SiamImages
import SiamTraining

/// The tables that label pictures in place of class folders: `--labels`, and `--test-labels` where there are test pictures.
struct LabelOptions: Equatable {
  /// The files, if they were given.
  let file, testFile: String?

  /// - Parameters:
  ///   - root: what the help calls the pictures of the first table.
  ///   - test: the test pictures, if they were given.
  ///   - followsRun: whether the tables of a run are the default.
  init(
    _ arguments: inout Arguments, of root: String, test: String?, followsRun: Bool = false
  ) throws(UsageError) {
    let otherwise = Self.otherwise(followsRun)
    file = try Self.file(&arguments, of: root, otherwise, "are learned from, but never used to judge")
    testFile = try arguments.option(
      "--test-labels", value: "FILE", as: String.self, otherwise: otherwise,
      help: "the same for the pictures of --test")
    if testFile != nil, test == nil, !arguments.isDeclaring, !followsRun {
      throw UsageError("--test-labels needs --test ROOT")
    }
  }

  /// For a command without test pictures.
  init(
    _ arguments: inout Arguments, of root: String, followsRun: Bool, unlabelled: String
  ) throws(UsageError) {
    file = try Self.file(&arguments, of: root, Self.otherwise(followsRun), unlabelled)
    testFile = nil
  }

  private static func otherwise(_ followsRun: Bool) -> String {
    followsRun ? "the run's, or class folders" : "class folders"
  }

  private static func file(
    _ arguments: inout Arguments, of root: String, _ otherwise: String, _ unlabelled: String
  ) throws(UsageError) -> String? {
    try arguments.option(
      "--labels", value: "FILE", as: String.self, otherwise: otherwise,
      help:
        "a .csv table with the columns path and label, in place of class folders: paths are relative to \(root), and "
        + "pictures without a label \(unlabelled)")
  }

  /// Reads the tables.
  ///
  /// - Throws: `LabelError`.
  func tables() throws(LabelError) -> LabelTables {
    LabelTables(
      train: try file.map { file throws(LabelError) in try LabelTable(file) },
      test: try testFile.map { file throws(LabelError) in try LabelTable(file) })
  }

  /// The tables given, or those of a run where the pictures are the run's own.
  ///
  /// - Parameters:
  ///   - run: the run's folder; nil for an encoder without one.
  ///   - train, test: the roots of the pictures.
  /// - Throws: `LabelError`, and `CheckpointError` when the run's `config.json` is damaged.
  func tables(of run: RunFolder?, train: String, test: String?) throws -> LabelTables {
    var tables = try tables()
    guard let run, try fileExists(run.config) else { return tables }
    let record = try run.record()
    if tables.train == nil, isSame(train, record.images.root) { tables.train = try run.labels(of: record) }
    if tables.test == nil, let test, let own = record.test, isSame(test, own) {
      tables.test = try run.testLabels(of: record)
    }
    return tables
  }

  private func isSame(_ folder: String, _ other: String) -> Bool {
    realPath(folder).map { $0 == realPath(other) } ?? false
  }
}

/// The tables that label the pictures to learn from and those to judge by; nil for class folders.
struct LabelTables: Equatable {
  var train, test: LabelTable?
}
