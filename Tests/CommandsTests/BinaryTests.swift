import TestSupport
import Testing

@testable import SiamCommands

/// What only the real binary can show: the streams and the exit codes.
@Suite struct BinaryTests {
  @Test(
    "help goes to standard output, exit 0", arguments: [["help"], ["--help"], ["preview", "--help"], ["-h"]])
  func help(words: [String]) throws {
    let ended = try siam(words)
    #expect(ended.code == 0 && ended.errors.isEmpty)
    #expect(ended.output.contains("Usage: siam "))
  }

  @Test func `the version is one line`() throws {
    #expect(try siam(["--version"]) == Ended(output: "siam \(VersionCommand.version)\n", errors: "", code: 0))
  }

  @Test(
    "wrong use is one line on standard error, exit 64",
    arguments: [
      ([], "no command is given"),
      (["previw"], "the nearest is preview"),
      (["preview"], "ROOT is required"),
      (["preview", "missing", "-o", "a.png"], "missing: no such folder"),
      (["preview", "/dev/null", "-o", "a.png"], "/dev/null: not a folder"),
      (["preview", "a", "-o", "a.png", "--viws", "2"], "the nearest is --views"),
      (["preview", "a", "-o", "a.png", "--recipe", "flop(1)"], "flop"),
      (["preview", "a", "-o", "a.jpg"], "must end in .png"),
    ])
  func usage(words: [String], part: String) throws {
    let ended = try siam(words)
    #expect(ended.code == 64 && ended.output.isEmpty)
    #expect(ended.errors.hasPrefix("siam") && ended.errors.contains(part))
    #expect(ended.errors.filter { $0 == "\n" }.count == 1 && ended.errors.hasSuffix("\n"))
  }

  @Test func `an empty folder is wrong use`() throws {
    try withScratchFolder { folder in
      let ended = try siam(["preview", folder, "-o", "\(folder)/a.png"])
      #expect(ended.code == 64 && ended.errors == "siam preview: \(folder): the folder is empty\n")
    }
  }

  @Test func `a full disk is told, exit 74`() throws {
    let ended = try siam(["help"], output: "/dev/full")
    #expect(ended.code == 74)
    #expect(ended.errors == "siam: cannot write to standard output: No space left on device\n")
  }
}
