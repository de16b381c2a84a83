import Glibc
import SiamFiles
import TestSupport
import Testing

@Suite struct FolderListingTests {
  @Test func `names come sorted by their bytes with what they stand for, links not followed`() throws {
    try withScratchFolder { folder in
      try writeFile("\(folder)/b", "x")
      try makeFolder("\(folder)/B")
      #expect(unsafe symlink("b", "\(folder)/.link") == 0 && mkfifo("\(folder)/ä", 0o600) == 0)
      let found = try list(folder: folder)
      #expect(found.map(\.name) == [".link", "B", "b", "ä"])
      #expect(found.map(\.kind) == [.link, .folder, .file, .special])
      #expect(FileKind(following: "\(folder)/.link") == .file)
      #expect(FileKind(following: "\(folder)/missing") == .unknown(number: ENOENT))
    }
  }

  @Test func `a folder that cannot be listed is named in the system's words`() {
    let error = FileError.cannot(verb: "list folder", path: "/no/such", reason: "No such file or directory")
    #expect(throws: error) { try list(folder: "/no/such") }
    #expect(throws: FileError.self) { try list(folder: "") }
    #expect(throws: FileError.self) { try list(folder: "/tmp\0") }
  }
}
