import SiamFiles
import TestSupport
import Testing

@Suite struct TemporaryTests {
  @Test func `what a killed process left goes, what is being written stays, and other names too`() throws {
    try withScratchFolder { folder in
      let others = [".siam-1-.tmp", ".siam-1-2.tmp.txt", ".siam-a-2.tmp", ".siam-1-2-3.tmp", "siam-1-2.tmp"]
      for name in others + [".siam-1-2.tmp", ".siam-999999-17.tmp"] {
        try writeFile("\(folder)/\(name)", "x")
      }
      try makeFolder("\(folder)/.siam-1-3.tmp")
      var writer = try FileWriter("\(folder)/a")
      try writer.write("whole")
      removeAbandonedFiles(beside: "\(folder)/a")
      let left = names(in: folder)
      #expect(left.count == others.count + 2 && Set(left).isSuperset(of: others + [".siam-1-3.tmp"]))
      try writer.commit()
      #expect(try readFile("\(folder)/a") == Array("whole".utf8))
      #expect(Set(names(in: folder)) == Set(others + [".siam-1-3.tmp", "a"]))
    }
  }

  @Test func `tidying up beside nothing is no error`() throws {
    removeAbandonedFiles(beside: "/missing/folder/a")
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
