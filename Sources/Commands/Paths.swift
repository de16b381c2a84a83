import Files

/// Makes sure that a folder named on the command line is there.
///
/// - Throws: a `UsageError` that names the folder and what it was meant for.
func requireFolder(_ path: String, as role: String) throws(UsageError) {
  guard !isFolder(path) else { return }
  throw UsageError("\(role) \(quoted(path)) \(fileExists(path) ? "is not a folder" : "does not exist")")
}

/// Makes sure that writing to a path overwrites nothing that the user did not give up.
///
/// - Throws: a `Failure` with exit code 73.
func requireFree(_ path: String, overwrite: Bool) throws(Failure) {
  guard fileExists(path), !overwrite else { return }
  throw Failure(.cannotCreate, "\(quoted(path)) exists; --overwrite replaces it")
}
