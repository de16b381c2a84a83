import SiamFiles
import TestSupport
import Testing

@Suite struct FoldersTests {
  @Test func `folders are made with their parents, and again`() throws {
    try withScratchFolder { folder in
      for path in ["\(folder)/a/b/c", "\(folder)/a/b/c", "\(folder)/d/e//", "\(folder)"] {
        try makeFolder(path)
        #expect(try isFolder(path))
      }
      try writeFile("\(folder)/file", "x")
      #expect(throws: FileError.cannot(verb: "create folder", path: "\(folder)/file", reason: "File exists"))
      {
        try makeFolder("\(folder)/file")
      }
      #expect(throws: FileError.self) { try makeFolder("\(folder)/file/below") }
      #expect(throws: FileError.self) { try makeFolder("") }
    }
  }

  @Test func `an empty folder holds not even a hidden name, but for files in the making`() throws {
    try withScratchFolder { folder in
      #expect(try isEmptyFolder(folder))
      try writeFile("\(folder)/.siam-1-2.tmp", "")
      try writeFile("\(folder)/.lock", "")
      #expect(try isEmptyFolder(folder, apartFrom: ".lock") && !isEmptyFolder(folder))
      try writeFile("\(folder)/.a", "")
      #expect(try !isEmptyFolder(folder, apartFrom: ".lock"))
      #expect(throws: FileError.self) { try isEmptyFolder("\(folder)/missing") }
    }
  }
}
