import SiamFiles
import Testing

@Suite struct DecimalTests {
  @Test(
    "a number has as many decimals as asked for, and no minus before nothing",
    arguments: [
      (0.125, 2, "0.12"), (0.375, 2, "0.38"), (-0.001, 2, "0.00"), (-1.5, 0, "-2"), (3, 0, "3"),
      (1e-12, 12, "0.000000000001"), (.nan, 3, "nan"), (-.infinity, 1, "-inf"),
    ])
  func decimals(value: Double, places: Int, text: String) {
    #expect(decimal(value, places: places) == text)
  }
}
