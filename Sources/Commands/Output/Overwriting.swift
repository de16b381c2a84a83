import SiamFiles
import SiamImages

/// Checks that a path can be written to: its folder is there, and nothing is overwritten without consent.
///
/// - Parameter makesFolder: whether a missing folder will be made.
/// - Throws: a `Failure` with exit code 73, or `FileError` when that cannot be told or there is no such folder.
func requireFree(_ path: String, overwrite: Bool, makesFolder: Bool = false) throws {
  if !makesFolder { try requireFolder(for: path) }
  guard try fileExists(path), !overwrite else { return }
  throw Failure(.cannotCreate, "\(printable(path)): exists already; --overwrite replaces it")
}

/// Checks that a sheet does not become one of the pictures that it shows.
///
/// - Throws: a `Failure` with exit code 73.
func requireOutside(_ path: String, _ folder: ImageFolder) throws(Failure) {
  guard folder.wouldTake(path) else { return }
  throw Failure(
    .cannotCreate,
    "\(printable(path)): would become one of the pictures of \(printable(folder.root)); write it elsewhere")
}
