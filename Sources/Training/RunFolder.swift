public import SiamFiles
package import SiamImages
import SiamMethods
import SiamTensors

/// The folder of a run: what was chosen, what was measured, where it stands, and the encoder for use.
public struct RunFolder: Sendable, Equatable {
  /// The folder, without a slash at its end.
  package let path: String

  /// The run folder at a path, whether or not there is a run yet.
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
  /// The images that could not be read, a line each with the reason; only where there are any.
  package var skipped: String { path + "/skipped.txt" }
  /// The lock of the training that is at work here; see `claim`.
  private static let lockName = ".siam.lock"

  /// What stands at the path.
  package enum Occupant: Sendable, Equatable {
    /// Nothing, an empty folder, or one where a start was killed before it could write anything.
    case nothing
    case run
    case somethingElse
  }

  /// - Throws: `FileError` when the folder cannot be looked into.
  package func occupant() throws(FileError) -> Occupant {
    guard fileExists(path) else { return .nothing }
    guard isFolder(path) else { return .somethingElse }
    if try isEmptyFolder(path, apartFrom: Self.lockName) { return .nothing }
    guard fileExists(config), (try? record()) != nil else { return .somethingElse }
    return .run
  }

  /// What a training wants of a run folder.
  package enum Purpose: Sendable, Equatable {
    /// To begin a run; where one stands already it is replaced only if that is wanted.
    case begin(replacing: Bool)
    /// To go on with the run that stands there.
    case resume
  }

  /// Makes sure that the folder can serve, and that nothing is lost which nobody gave up.
  ///
  /// - Throws: `RunFolderError`, or `FileError` when the folder cannot be looked into.
  package func check(for purpose: Purpose) throws {
    // A record that is damaged says itself what is wrong with it when it is read.
    if purpose == .resume && fileExists(config) { return }
    switch (try occupant(), purpose) {
    case (_, .resume): throw RunFolderError.noRun(path: path)
    case (.run, .begin(replacing: false)): throw RunFolderError.holdsRun(path: path)
    case (.somethingElse, _): throw RunFolderError.holdsSomethingElse(path: path)
    case (.nothing, _), (.run, _): return
    }
  }

  /// Makes the folder, takes it for one training, and removes what killed ones left unfinished in it.
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

  /// Makes the folder and begins a run in it; the files of an earlier run are removed, and nothing else.
  ///
  /// - Parameter bad: what could not be read, listed in `skipped`.
  package func begin(_ record: RunRecord, bad: [BadImages.Item]) throws(FileError) {
    try makeFolder(path)
    // Metrics first: killed on the way, this leaves an earlier run that can be resumed, or one that has not begun.
    for file in [metrics, checkpoint, encoder, skipped] { try removeFile(file) }
    try write(record)
    if !bad.isEmpty {
      try writeFile(skipped, bad.map { "\($0)\n" }.joined())
    }
  }

  package func write(_ record: RunRecord) throws(FileError) {
    try writeFile(config, RunJSON.text(record, isPretty: true) + "\n")
  }

  /// - Throws: `CheckpointError` when there is no record, or what stands there is none.
  package func record() throws(CheckpointError) -> RunRecord {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(config, limit: 1 << 26) } catch { throw .file(.file(error)) }
    let record = try RunJSON.value(RunRecord.self, from: bytes, path: config)
    guard record.format == RunRecord.format else {
      throw .malformed(path: config, reason: "not the record of a run by Siam")
    }
    if let reason = record.configuration.impossibility { throw .malformed(path: config, reason: reason) }
    return record
  }

  package func append(_ epoch: EpochMetrics) throws(FileError) {
    try appendToFile(metrics, RunJSON.text(epoch, isPretty: false) + "\n")
  }

  /// The epochs measured so far; lines that are none, such as one torn by a crash, are left out.
  public func epochs() throws(FileError) -> [EpochMetrics] {
    try lines().map(\.epoch)
  }

  /// Drops the lines of later epochs, which a resumed run will write again.
  package func truncateMetrics(after epoch: Int) throws(FileError) {
    let kept = try lines().filter { $0.epoch.epoch <= epoch }
    try writeFile(metrics, kept.flatMap { $0.bytes + [0x0A] })
  }

  private func lines() throws(FileError) -> [(bytes: [UInt8], epoch: EpochMetrics)] {
    guard fileExists(metrics) else { return [] }
    return try readFile(metrics).split(separator: 0x0A).compactMap { line in
      guard let epoch = try? RunJSON.value(EpochMetrics.self, from: Array(line), path: metrics) else {
        return nil
      }
      return (Array(line), epoch)
    }
  }
}

/// A folder cannot serve for a run as it stands.
public enum RunFolderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It holds a run, which was not to be replaced.
  case holdsRun(path: String)
  /// It holds other files, which no run replaces.
  case holdsSomethingElse(path: String)
  /// There is no run to go on with.
  case noRun(path: String)

  /// The sentence for a person.
  public var description: String {
    switch self {
    case .holdsRun(let path): "\(printable(path)): holds a run already"
    case .holdsSomethingElse(let path):
      "\(printable(path)): holds something else than a run, and is left as it is"
    case .noRun(let path): "\(printable(path)): no run to resume"
    }
  }
}

/// Another training is at work in the run folder.
public struct RunInUse: Error, Equatable, Sendable, CustomStringConvertible {
  package let path: String
  /// Its process, where the lock says.
  package let process: Int?

  /// The sentence for a person.
  public var description: String {
    "\(printable(path)): another training is at work in it" + (process.map { " (process \($0))" } ?? "")
  }
}
