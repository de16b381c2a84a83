import SiamFiles
import Testing

@testable import SiamCommands

@Suite struct ExitCodeTests {
  private struct Unknown: Error {}

  @Test(
    "the kind of error decides the code",
    arguments: [
      (UsageError("a"), 64),
      (FileError.tooLarge(path: "a", limit: 1), 65),
      (FileError.cannot(verb: "open", path: "a", reason: "b"), 66),
      (FileError.notAFile(path: "a"), 66),
      (Unknown(), 70),
      (FileError.cannot(verb: "create", path: "a", reason: "b"), 73),
      (Failure(.cannotCreate, "a"), 73),
      (FileError.cannot(verb: "write", path: "a", reason: "b"), 74),
      (Interrupted(signal: 2), 130),
      (Interrupted(signal: 15), 143),
    ] as [(any Error, Int32)])
  func codes(error: any Error, number: Int32) {
    #expect(ExitCode(of: error).number == number)
  }

  @Test func `the help explains every code that is used`() {
    #expect(ExitCode.meanings.map(\.code.number) == [0, 64, 65, 66, 70, 73, 74, 130])
  }
}
