import SiamFiles
import TestSupport
import Testing

@Suite struct TemporaryFileTests {
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
}
