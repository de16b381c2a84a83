import Testing

@testable import SiamFigures

@Suite struct DecimalsTests {
  @Test(
    "numbers are written as a person would",
    arguments: [
      (0.012345, "0.0123"), (1.5, "1.5"), (3.21e-7, "3.21e-7"), (120_000, "120000"), (-0.5, "-0.5"), (0, "0"),
      (9.999e-8, "1e-7"),
    ])
  func writing(value: Double, text: String) { #expect(significant(value) == text) }
}
