import SiamFiles
import TestSupport
import Testing

@Suite struct ExamplesTests {
  @Test func `the README's program is the one in Examples, to the letter`() throws {
    func text(_ path: String) throws -> String {
      String(decoding: try readFile(dataPath("../" + path)), as: UTF8.self)
    }
    let program = try text("Examples/TrainAndEmbed/Sources/TrainAndEmbed/TrainAndEmbed.swift")
    #expect(try text("README.md").contains("```swift\n\(program)```\n"))
  }
}
