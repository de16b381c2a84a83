import SiamFiles

/// Checks that writing to a path overwrites nothing without consent.
///
/// - Throws: a `Failure` with exit code 73, or `FileError` when that cannot be told.
func requireFree(_ path: String, overwrite: Bool) throws {
  guard try fileExists(path), !overwrite else { return }
  throw Failure(.cannotCreate, "\(printable(path)): exists already; --overwrite replaces it")
}
