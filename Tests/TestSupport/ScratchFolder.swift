import Glibc
import SiamFiles

/// A fresh folder, handed to `body` and removed with all that is in it.
package func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try makeScratchFolder()
  defer { removeScratchFolder(folder) }
  return try body(folder)
}

/// A fresh folder, to be removed with `removeScratchFolder`.
package func makeScratchFolder() throws -> String {
  let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  let folder = "\(base)/siam-files-\(getpid())-\(UInt64.random(in: 0 ... .max))"
  try makeFolder(folder)
  return folder
}

/// Removes a folder and all that is in it.
package func removeScratchFolder(_ folder: String) {
  for name in names(in: folder) {
    let path = "\(folder)/\(name)"
    if unsafe unlink(cString(path)) != 0 { removeScratchFolder(path) }
  }
  unsafe rmdir(cString(folder))
}

/// The names in a folder, sorted, hidden ones included; none when it cannot be listed.
package func names(in folder: String) -> [String] {
  ((try? list(folder: folder)) ?? []).map(\.name).sorted()
}
