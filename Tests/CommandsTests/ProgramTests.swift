import SiamFiles
import SiamTensors
import Testing

@testable import SiamCommands

@Suite struct ProgramTests {
  @Test(
    "help is asked for in every usual way",
    arguments: [
      (["help"], nil), (["--help"], nil), (["-h"], nil), (["help", "help"], "help"),
      (["version", "--help"], "version"),
      (["version", "--nonsense", "-h"], "version"), (["help", "version"], "version"),
    ] as [([String], String?)])
  func help(words: [String], topic: String?) throws {
    let command = try parsed(words)
    #expect(try #require(command as? HelpCommand).topic == topic)
  }

  @Test("the version is asked for in every usual way", arguments: [["version"], ["--version"]])
  func version(words: [String]) throws {
    #expect(try parsed(words) is VersionCommand)
  }

  @Test(
    "wrong use is told on one line that says where the help is",
    arguments: [
      ([], "siam: no command is given; see siam help"),
      (["versoin"], "siam: unknown command “versoin”; the nearest is version; see siam help"),
      (["version", "--", "-h"], "siam version: unexpected “-h”; see siam help version"),
      (["a\nb"], "siam: unknown command “a\\u{a}b”; see siam help"),
    ])
  func complaints(words: [String], line: String) {
    #expect { try parsed(words) } throws: { complaint(about: $0, from: words.first ?? "") == line }
  }

  @Test func `kernels that the processor lacks are refused, and those it has are not`() throws {
    let names = kernelVariants
    #expect(names.filter { $0 != "narrow" }.last == "plain" && names.contains(kernelVariant))
    for wanted in names + [""] { try checkKernels(wanted) }
    try checkKernels(nil)
    #expect {
      try checkKernels("mmx\n")
    } throws: {
      complaint(about: $0, from: "train")
        == "siam train: SIAM_KERNELS is “mmx\\u{a}”; this processor has \(names.joined(separator: ", "))"
        && ExitCode(of: $0) == .usage
    }
  }

  @Test func `an error of the data has its own sentence, and no advice`() {
    let error = FileError.cannot(verb: "open", path: "a\nb", reason: "No such file or directory")
    #expect(
      complaint(about: error, from: "help") == "siam help: a\\u{a}b: cannot open: No such file or directory")
    #expect(complaint(about: Failure(.badData, "a\nb\u{1B}[1m"), from: "") == "siam: a b\\u{1b}[1m")
  }
}
