import SiamFiles
import TestSupport
import Testing

@Suite struct AppendingTests {
  @Test func `text goes to the end, and makes the file`() throws {
    try withScratchFolder { folder in
      try appendToFile("\(folder)/a", "one\n")
      try appendToFile("\(folder)/a", "")
      try appendToFile("\(folder)/a", "two\n")
      #expect(try readFile("\(folder)/a") == Array("one\ntwo\n".utf8))
      #expect(throws: FileError.self) { try appendToFile(folder, "a") }
      #expect(throws: FileError.self) { try appendToFile("\(folder)/missing/a", "a") }
    }
    #expect(throws: FileError.notAFile(path: "/dev/full")) {
      try appendToFile("/dev/full", "a")
    }
  }
}
