import TestSupport
import Testing

@testable import SiamImages

@Suite struct FramingTests {
  static let reference = Result { try ImageReference("framing.json") }

  @Test(
    "every case has the very bytes that torchvision makes", arguments: try FramingTests.reference.get().cases)
  func torchvision(wanted: ImageReference.Case) throws {
    let source = try #require(try Self.reference.get().images[wanted.image])
    let interpolation = try #require(Interpolation(rawValue: wanted.operation))
    let framing = Framing(shorterSide: Int(wanted.numbers[0]), interpolation: interpolation)
    #expect(framing(Image(source), side: Int(wanted.numbers[1])) == Image(wanted.result))
  }

  @Test func `a square larger than the shorter side is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      let image = Image(width: 9, height: 9, pixels: [UInt8](repeating: 0, count: 243))
      _ = Framing(shorterSide: 4, interpolation: .bicubic)(image, side: 5)
    }
  }
}
