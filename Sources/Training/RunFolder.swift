package import SiamDatasets
public import SiamFiles
package import SiamImages
import SiamMethods
import SiamTensors

/// The folder of a run: its configuration, metrics, checkpoint and encoder.
public struct RunFolder: Sendable, Equatable {
  /// The folder's path, without a trailing slash.
  package let path: String

  /// Creates the run folder of a path, whether or not a run exists there.
  public init(_ path: String) {
    var path = path
    while path.utf8.count > 1, path.utf8.last == 0x2F { path.removeLast() }
    self.path = path
  }

  /// A `RunRecord`.
  package var config: String { path + "/config.json" }
  /// An `EpochMetrics` a line.
  package var metrics: String { path + "/metrics.jsonl" }
  /// What `Trainer.save` writes.
  package var checkpoint: String { path + "/checkpoint.safetensors" }
  /// What `TrainedEncoder.write` writes.
  public var encoder: String { path + "/encoder.safetensors" }
  /// The patch features that stand beside a network, as soon as they are fitted.
  package var patches: String { path + "/patches.safetensors" }
  /// The page that shows what was learned; see `siam report`.
  package var report: String { path + "/report.html" }
  /// The lock of the training that uses the folder; see `claim`.
  private static let lockName = ".siam.lock"

  /// The contents of the folder.
  package enum Occupant: Sendable, Equatable {
    /// Nothing, an empty folder, or one whose training was killed before it wrote anything.
    case nothing
    case run
    case somethingElse
  }

  /// - Throws: `FileError` when the folder cannot be read.
  package func occupant() throws(FileError) -> Occupant {
    guard try fileExists(path) else { return .nothing }
    guard try isFolder(path) else { return .somethingElse }
    if try isEmptyFolder(path, apartFrom: Self.lockName) { return .nothing }
    guard try fileExists(config) else { return .somethingElse }
    do throws(CheckpointError) { _ = try record() } catch {
      // What cannot be read may well be a run.
      if case .file(.file(let failure)) = error, case .cannot = failure { throw failure }
      return .somethingElse
    }
    return .run
  }

  /// What a training needs a run folder for.
  package enum Purpose: Sendable, Equatable {
    /// To begin a run, replacing an existing one only if asked to.
    case begin(replacing: Bool)
    /// To resume the run in it.
    case resume
  }

  /// Checks that the folder is usable, and that nothing is overwritten without consent.
  ///
  /// - Throws: `RunFolderError`, or `FileError` when the folder cannot be read.
  package func check(for purpose: Purpose) throws {
    // A damaged record is reported when it is read.
    if try purpose == .resume && fileExists(config) { return }
    switch (try occupant(), purpose) {
    case (_, .resume): throw RunFolderError.noRun(path: path)
    case (.run, .begin(replacing: false)): throw RunFolderError.holdsRun(path: path)
    case (.somethingElse, _): throw RunFolderError.holdsSomethingElse(path: path)
    case (.nothing, _), (.run, _): return
    }
  }

  /// Creates the folder, locks it for one training, and removes the unfinished files of killed ones.
  ///
  /// - Throws: `FileError`, `RunInUse`.
  package func claim() throws -> FileLock {
    try makeFolder(path)
    let lockPath = "\(path)/\(Self.lockName)"
    guard let lock = try FileLock(lockPath) else {
      throw RunInUse(path: path, process: FileLock.owner(lockPath))
    }
    removeAbandonedFiles(beside: lockPath)
    return lock
  }

  /// Creates the folder and begins a run in it; only the files of an earlier run are removed.
  ///
  /// - Parameters:
  ///   - bad: what could not be read, listed in `skipped`.
  ///   - manifest: the images that the run begins with; without it the run can only be resumed with all of them.
  ///   - folder, test: the folders of these images and of the test images, whose labels are kept.
  ///   - network: the encoder that it begins with; nil for one drawn at random.
  package func begin(
    _ record: RunRecord, bad: [BadImages.Item], manifest: ImageManifest? = nil,
    images folder: ImageFolder? = nil, test: ImageFolder? = nil, from network: NetworkEncoder? = nil
  ) throws(FileError) {
    try makeFolder(path)
    // Metrics first: killed on the way, this leaves an earlier run that can be resumed, or one that has not begun.
    let files = [metrics, checkpoint, encoder, patches, report, skipped, images, beginning]
    for file in files { try removeFile(file) }
    try removeEncoders(after: 0)
    try FeatureIndex.removeAll(in: path)
    try keep(labelsOf: folder, in: labels)
    try keep(labelsOf: test, in: testLabels)
    try write(record)
    if let network { try TrainedEncoder(network).write(to: beginning) }
    if let manifest { try write(manifest) }
    try list(skipped: bad)
  }

  package func write(_ record: RunRecord) throws(FileError) {
    try writeFile(config, RunJSON.text(record, isPretty: true) + "\n")
  }

  /// - Throws: `CheckpointError` if there is no record, or the file is not one.
  package func record() throws(CheckpointError) -> RunRecord {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(config, limit: 1 << 26) } catch { throw .file(.file(error)) }
    let record = try RunJSON.value(RunRecord.self, from: bytes, path: config)
    guard record.format == RunRecord.format else {
      throw .malformed(path: config, reason: "not the record of a Siam run")
    }
    if let reason = record.configuration.impossibility { throw .malformed(path: config, reason: reason) }
    return record
  }

  package func append(_ epoch: EpochMetrics) throws(FileError) {
    try appendToFile(metrics, RunJSON.text(epoch, isPretty: false) + "\n")
  }

  /// The epochs measured so far; invalid lines, such as one cut off by a crash, are skipped.
  public func epochs() throws(FileError) -> [EpochMetrics] {
    try lines().map(\.epoch)
  }

  /// Removes the lines of later epochs, which a resumed run will write again.
  package func truncateMetrics(after epoch: Int) throws(FileError) {
    let kept = try lines().filter { $0.epoch.epoch <= epoch }
    try writeFile(metrics, kept.flatMap { $0.bytes + [0x0A] })
  }

  private func lines() throws(FileError) -> [(bytes: [UInt8], epoch: EpochMetrics)] {
    guard try fileExists(metrics) else { return [] }
    return try readFile(metrics).split(separator: 0x0A).compactMap { line in
      guard let epoch = try? RunJSON.value(EpochMetrics.self, from: Array(line), path: metrics) else {
        return nil
      }
      return (Array(line), epoch)
    }
  }
}

/// A folder cannot be used for a run.
public enum RunFolderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It holds a run that may not be replaced.
  case holdsRun(path: String)
  /// It holds other files, which are never replaced.
  case holdsSomethingElse(path: String)
  /// It holds no run to resume.
  case noRun(path: String)

  /// The error message.
  public var description: String {
    switch self {
    case .holdsRun(let path): "\(printable(path)): already holds a run"
    case .holdsSomethingElse(let path):
      "\(printable(path)): holds something other than a run, and is left unchanged"
    case .noRun(let path): "\(printable(path)): no run to resume"
    }
  }
}

/// Another training is using the run folder.
public struct RunInUse: Error, Equatable, Sendable, CustomStringConvertible {
  package let path: String
  /// Its process identifier, if the lock file has it.
  package let process: Int?

  /// The error message.
  public var description: String {
    "\(printable(path)): another training is using it" + (process.map { " (process \($0))" } ?? "")
  }
}
