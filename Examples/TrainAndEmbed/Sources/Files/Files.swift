import Glibc

/// Makes a folder unless it is there.
public func makeFolder(_ path: String) throws {
  guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
  throw FolderNotMade(path: path)
}

/// A folder could not be made.
public struct FolderNotMade: Error {
  /// Its path.
  public let path: String
}

/// Ends the program with an exit code.
public func exitProgram(_ code: Int32) -> Never { exit(code) }
