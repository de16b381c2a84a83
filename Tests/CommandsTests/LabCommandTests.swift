import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct LabCommandTests {
  @Test func `without a name the experiments are listed, a line each`() throws {
    let ended = try siam(["lab"])
    #expect(ended.code == 0 && ended.errors.isEmpty && ended.output.hasPrefix("scalar "))
    #expect(ended.output.split(separator: "\n").count == LabCommand.list.count)
  }

  @Test func `the toy writes its folder, and not twice`() throws {
    try withScratchFolder { folder in
      let words = ["lab", "scalar", "-o", "\(folder)/toy", "--quick", "--seeds", "1"]
      let ended = try siam(words)
      #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
      #expect(ended.output.hasPrefix("scalar: of 7 predictions 7 held\n"))
      #expect(names(in: "\(folder)/toy").filter { $0.hasSuffix(".svg") }.count == 3)
      #expect(try fileExists("\(folder)/toy/results.json") && fileExists("\(folder)/toy/essay.svg"))
      let again = try siam(words)
      #expect(again.code == 73 && again.errors.contains("exists already"))
      #expect(try siam(words + ["--overwrite"]).code == 0)
    }
  }

  @Test(
    "wrong use is refused before anything is done",
    arguments: [
      (["scaler", "-o", "a"], "the nearest is scalar"), (["scalar"], "-o FOLDER is required"),
      (["scalar", "-o", "a", "--test", "b"], "--test needs ROOT"),
      (["scalar", "-o", "a", "--seeds", "0"], "--seeds must be"),
    ])
  func usage(words: [String], part: String) throws {
    let ended = try siam(["lab"] + words)
    #expect(ended.code == 64 && ended.errors.contains(part), "\(ended.errors)")
  }
}
