import SiamFiles
import SiamMethods
import SiamTraining

/// The encoder of a run folder, or of a file.
///
/// - Throws: `UsageError` if the path does not exist, `Failure` if a folder holds no encoder, `CheckpointError`.
func trainedEncoder(of run: String) throws -> TrainedEncoder {
  guard try fileExists(run) else { throw UsageError("\(printable(run)): no such run") }
  let path = try isFolder(run) ? RunFolder(run).encoder : run
  guard try fileExists(path) else {
    throw Failure(
      .noInput, "\(printable(run)): not a run, or a run without an encoder yet: no encoder.safetensors")
  }
  return try TrainedEncoder(contentsOf: path)
}

/// The folder of pictures that a run learned from, as it was given to the training.
///
/// - Throws: `UsageError` for an encoder's file, which does not know it; `CheckpointError`.
func picturesOfRun(_ run: String) throws -> String {
  let folder = RunFolder(run)
  guard try isFolder(run), try fileExists(folder.config) else {
    throw UsageError("--in ROOT is required: \(printable(run)) does not say which pictures it learned from")
  }
  return try folder.record().images.root
}

/// The folder of pictures that an untrained encoder's statistics are measured on where none is given: that of its run, so that
/// all exports of a run are of one untrained encoder.
///
/// - Throws: `UsageError` where it is not known or no longer there; `CheckpointError`.
func picturesForCalibration(of run: String) throws -> String {
  let option = "--calibrate-on ROOT is required with --untrained, the same for all exports"
  guard let folder = try runFolder(of: run) else {
    throw UsageError("\(option): \(printable(run)) does not say which pictures it learned from")
  }
  let root = try folder.record().images.root
  guard try isFolder(root) else {
    throw UsageError("\(option): \(printable(run)) learned from \(printable(root)), which is not there")
  }
  return root
}

/// The run that a path names: a run folder, or that in which an encoder's file lies; nil for a file elsewhere.
///
/// - Throws: `FileError`.
func runFolder(of path: String) throws(FileError) -> RunFolder? {
  if try isFolder(path) {
    let folder = RunFolder(path)
    return try fileExists(folder.config) ? folder : nil
  }
  let folder = RunFolder(parentFolder(of: path))
  return try folder.occupant() == .run ? folder : nil
}

/// The imported encoder that a run began with; nil for any other run, and for an encoder's file.
///
/// - Throws: `CheckpointError`.
func importedBeginning(of run: String) throws -> TrainedEncoder? {
  let path = RunFolder(run).beginning
  guard try fileExists(path) else { return nil }
  let encoder = try TrainedEncoder(contentsOf: path)
  return encoder.configuration.imported == nil ? nil : encoder
}
