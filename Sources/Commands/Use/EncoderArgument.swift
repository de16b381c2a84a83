import SiamFiles
import SiamTraining

/// The encoder of a run folder, or of a file.
///
/// - Throws: `UsageError` when there is nothing of that name, `Failure` when a folder holds no encoder, `CheckpointError`.
func trainedEncoder(of run: String) throws -> TrainedEncoder {
  guard fileExists(run) else { throw UsageError("\(printable(run)): no such run") }
  let path = isFolder(run) ? RunFolder(run).encoder : run
  guard fileExists(path) else {
    throw Failure(
      .noInput, "\(printable(run)): no run, or one without an encoder yet: it has no encoder.safetensors")
  }
  return try TrainedEncoder(contentsOf: path)
}
