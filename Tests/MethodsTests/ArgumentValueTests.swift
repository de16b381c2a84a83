import SiamMethods
import Testing

@Suite struct ArgumentValueTests {
  @Test(
    "a number is written as short as it reads back",
    arguments: [0, 1, -3, 0.06, 5e-4, 1e-12, 1e300, 0.1 + 0.2])
  func roundTrip(value: Double) {
    #expect(Double(argument: value.argument) == value)
  }

  @Test(
    "integers have no point", arguments: [(2.0, "2"), (0.9, "0.9"), (-1.0, "-1"), (0.0005, "0.0005")])
  func short(value: Double, text: String) { #expect(value.argument == text) }

  @Test(
    "what is not finite and decimal is not a number",
    arguments: ["", "nan", "inf", "0x10", "1e999", "1,5", " 1", "1 "])
  func refused(text: String) { #expect(Double(argument: text) == nil) }
}
