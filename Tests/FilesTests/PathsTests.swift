import Glibc
import SiamFiles
import TestSupport
import Testing

@Suite struct PathsTests {
  @Test func `existence does not follow a link, being a folder does`() throws {
    try withScratchFolder { folder throws in
      #expect(unsafe symlink("nowhere", "\(folder)/broken") == 0 && symlink(folder, "\(folder)/loop") == 0)
      #expect(try fileExists("\(folder)/broken") && !isFolder("\(folder)/broken"))
      #expect(try isFolder("\(folder)/loop"))
      #expect(try !fileExists("\(folder)/missing") && !isFolder("\(folder)/missing"))
      #expect(try !fileExists("\(folder)\0"))
    }
  }

  @Test func `a file is removed, a missing one is fine, a folder is not`() throws {
    try withScratchFolder { folder in
      try writeFile("\(folder)/a", "x")
      try removeFile("\(folder)/a")
      try removeFile("\(folder)/a")
      #expect(names(in: folder) == [])
      #expect(throws: FileError.cannot(verb: "remove", path: folder, reason: "Is a directory")) {
        try removeFile(folder)
      }
      #expect(throws: FileError.self) { try removeFile("") }
    }
  }
}
