import Glibc
import SiamFiles
import TestSupport
import Testing

@Suite struct FileWriterTests {
  @Test func `the file appears with the commit and not before`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/a"
      var writer = try FileWriter(path)
      try writer.write("one ")
      try writer.write([UInt8](repeating: 7, count: 1_000_000))
      try writer.write([])
      #expect(try !fileExists(path))
      let waiting = try #require(names(in: folder).first)
      #expect(waiting.hasPrefix(".siam-\(getpid())-"))
      try writer.write(" two")
      try writer.commit()
      #expect(
        try readFile(path) == Array("one ".utf8) + [UInt8](repeating: 7, count: 1_000_000)
          + Array(" two".utf8))
      #expect(names(in: folder) == ["a"])
    }
  }

  @Test func `without a commit the file that was there stays, and nothing else`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/a"
      try writeFile(path, "before")
      do {
        var writer = try FileWriter(path)
        try writer.write([UInt8](repeating: 1, count: 1_000_000))
      }
      #expect(try readFile(path) == Array("before".utf8))
      #expect(names(in: folder) == ["a"])
    }
  }

  @Test func `a write that fails half way leaves what was there, and no temporary file`() async throws {
    let folder = try makeScratchFolder()
    defer { removeScratchFolder(folder) }
    let path = "\(folder)/a"
    try writeFile(path, "before")
    // In a process of its own, for a limit on the size of files holds for the whole process.
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
      #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let error = #expect(throws: FileError.self) {
        try writeFile(path, [UInt8](repeating: 1, count: 1_000_000))
      }
      #expect(error == .cannot(verb: "write", path: path, reason: "File too large"))
    }
    #expect(try readFile(path) == Array("before".utf8))
    #expect(names(in: folder) == ["a"])
  }

  @Test(
    "an earlier file's permissions are kept, through a link too", arguments: [0o640, 0o600, 0o664, 0o444])
  func permissions(mode: Int) throws {
    try withScratchFolder { folder in
      let path = "\(folder)/a"
      try writeFile(path, "before")
      #expect(unsafe chmod(path, mode_t(mode)) == 0 && symlink("a", "\(folder)/link") == 0)
      try writeFile(path, "after")
      try writeFile("\(folder)/link", "through the link")
      var status = stat()
      #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o7777 == mode_t(mode))
      #expect(try readFile(path) == Array("through the link".utf8))
      #expect(unsafe lstat("\(folder)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test func `while it is written, nobody can read it who could not read the earlier one`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/a"
      try writeFile(path, "before")
      #expect(unsafe chmod(path, 0o600) == 0)
      var writer = try FileWriter(path)
      try writer.write("secret")
      let waiting = try #require(names(in: folder).first { $0 != "a" })
      var status = stat()
      #expect(unsafe stat("\(folder)/\(waiting)", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func `what must not be replaced is refused at once`() throws {
    try withScratchFolder { folder in
      #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(unsafe symlink("nowhere", "\(folder)/broken") == 0)
      for path in [folder, "\(folder)/", "\(folder)/pipe", "/dev/null"] {
        #expect(throws: FileError.notAFile(path: path)) { try writeFile(path, "x") }
      }
      let missing = "No such file or directory"
      for path in ["\(folder)/no/a", "\(folder)/broken", ""] {
        #expect(throws: FileError.cannot(verb: "create", path: path, reason: missing)) {
          try writeFile(path, "x")
        }
      }
      #expect(throws: FileError.cannot(verb: "create", path: "a\0b", reason: "Invalid argument")) {
        try writeFile("a\0b", "x")
      }
      #expect(names(in: folder) == ["broken", "pipe"])
    }
  }

  @Test func `a folder that lets nothing be made says so under the wanted name`() throws {
    // /proc refuses new files to root as well, whom no permission bits stop.
    #expect(throws: FileError.cannot(verb: "create", path: "/proc/siam", reason: "No such file or directory"))
    {
      try writeFile("/proc/siam", "x")
    }
    guard geteuid() != 0 else { return }
    try withScratchFolder { folder in
      #expect(unsafe chmod(folder, 0o500) == 0)
      #expect(throws: FileError.cannot(verb: "create", path: "\(folder)/a", reason: "Permission denied")) {
        try writeFile("\(folder)/a", "x")
      }
      unsafe chmod(folder, 0o700)
    }
  }

  @Test func `a link stays a link, and the file behind it is replaced`() throws {
    try withScratchFolder { folder in
      try makeFolder("\(folder)/far")
      try writeFile("\(folder)/far/a", "before")
      #expect(unsafe symlink("far/a", "\(folder)/link") == 0)
      try writeFile("\(folder)/link", "after")
      #expect(try readFile("\(folder)/far/a") == Array("after".utf8))
      #expect(names(in: folder) == ["far", "link"] && names(in: "\(folder)/far") == ["a"])
      var status = stat()
      #expect(unsafe lstat("\(folder)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test func `a name as long as the system allows can be written`() throws {
    try withScratchFolder { folder in
      let name = String(repeating: "n", count: 255)
      try writeFile("\(folder)/\(name)", "x")
      #expect(names(in: folder) == [name])
    }
  }

  @Test func `a folder that has become missing fails the commit`() throws {
    try withScratchFolder { folder in
      try makeFolder("\(folder)/sub")
      var writer = try FileWriter("\(folder)/sub/a")
      try writer.write("x")
      #expect(unsafe rename("\(folder)/sub", "\(folder)/gone") == 0)
      do throws(FileError) {
        try writer.commit()
        Issue.record("committed into nowhere")
      } catch {
        let missing = "No such file or directory"
        #expect(error == .cannot(verb: "write", path: "\(folder)/sub/a", reason: missing))
      }
    }
  }
}
