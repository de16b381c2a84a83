import Glibc
import SiamFiles
import TestSupport
import Testing

@Suite struct ReadingTests {
  @Test("every byte of a file comes back", arguments: [0, 1, 4094, 4095, 4096, 4097, 1_000_003])
  func whole(count: Int) throws {
    try withScratchFolder { folder in
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
      try writeFile("\(folder)/a", bytes)
      #expect(try readFile("\(folder)/a") == bytes)
    }
  }

  @Test func `a file that tells no length is read to its end`() throws {
    #expect(try readFile("/proc/self/status").starts(with: Array("Name:".utf8)))
  }

  @Test func `a limit is the last accepted length`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/a"
      try writeFile(path, "12345")
      #expect(try readFile(path, limit: 5).count == 5)
      #expect(throws: FileError.tooLarge(path: path, limit: 4)) { try readFile(path, limit: 4) }
    }
    let path = "/proc/self/status"
    #expect(throws: FileError.tooLarge(path: path, limit: 10)) { try readFile(path, limit: 10) }
  }

  @Test(.timeLimit(.minutes(1))) func `a pipe, a folder and a device are refused without waiting`() throws {
    try withScratchFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(unsafe mkfifo(pipe, 0o600) == 0)
      for path in [pipe, folder, "/dev/zero"] {
        #expect(throws: FileError.notAFile(path: path)) { try readFile(path) }
      }
    }
  }

  @Test func `a missing file is named in the system's words`() {
    let error = FileError.cannot(verb: "open", path: "/no/such", reason: "No such file or directory")
    #expect(throws: error) { try readFile("/no/such") }
    #expect(error.description == "/no/such: cannot open: No such file or directory")
    #expect(throws: FileError.self) { try readFile("") }
    #expect(throws: FileError.self) { try readFile("/etc/passwd\0.png") }
  }

  @Test func `an error's sentence cannot act on the terminal`() {
    #expect(FileError.notAFile(path: "a\u{1b}[2J").description == #"a\u{1b}[2J: not a regular file"#)
  }

  @Test(
    "the beginning of a file is as long as wanted, or the file", arguments: [(0, 0), (3, 3), (5, 5), (99, 5)])
  func beginning(wanted: Int, given: Int) throws {
    try withScratchFolder { folder in
      try writeFile(folder + "/a", [1, 2, 3, 4, 5] as [UInt8])
      #expect(try readBeginning(folder + "/a", count: wanted) == Array([1, 2, 3, 4, 5].prefix(given)))
      #expect(throws: FileError.notAFile(path: folder)) { try readBeginning(folder, count: 1) }
    }
  }
}
