import Glibc
import SiamFiles
import TestSupport
import Testing

@Suite struct FileLockTests {
  /// Whether the lock could be had, for a moment.
  private func isFree(_ path: String) throws -> Bool { try FileLock(path) != nil }

  @Test func `one owner at a time, named in the file, which goes with the lock`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/lock"
      do {
        guard let lock = try FileLock(path) else {
          Issue.record("the lock is taken")
          return
        }
        #expect(FileLock.owner(path) == Int(getpid()))
        #expect(try !isFree(path))
        #expect(try fileExists(path))
        _ = consume lock
      }
      #expect(names(in: folder).isEmpty)
      #expect(try isFree(path))
      #expect(FileLock.owner(path) == nil)
    }
  }

  @Test func `the file of an owner that was killed locks nothing`() throws {
    try withScratchFolder { folder in
      try writeFile("\(folder)/lock", "123456789\n")
      #expect(FileLock.owner("\(folder)/lock") == 123_456_789)
      #expect(try isFree("\(folder)/lock"))
    }
  }

  @Test func `what is no lock's file is refused and left alone`() throws {
    try withScratchFolder { folder in
      try writeFile("\(folder)/file", "mine")
      #expect(unsafe symlink("file", "\(folder)/link") == 0 && mkfifo("\(folder)/pipe", 0o600) == 0)
      for name in ["link", "pipe", ".", "missing/lock"] {
        #expect(throws: FileError.self) { try isFree("\(folder)/\(name)") }
      }
      #expect(try readFile("\(folder)/file") == Array("mine".utf8))
    }
  }
}
