import SiamFeatures
import Testing

@Suite struct StudentTTests {
  /// From SciPy: 2 * t.sf(x, n).
  @Test(
    "the tail of Student's t has its known values",
    arguments: [
      (2.776, 4.0, 0.05002277831997642), (12.706, 1, 0.05000080235813319), (1, 2, 0.4226497308103742),
      (0.1, 30, 0.9210096117902712), (5, 3, 0.015392438073302294), (0, 7, 1),
    ])
  func tail(t: Double, degrees: Double, expected: Double) {
    #expect(abs(studentTail(t, degrees: degrees) - expected) < 1e-12)
    #expect(abs(studentTail(-t, degrees: degrees) - expected) < 1e-12)
    if t > 0 { #expect(abs(studentQuantile(tail: expected, degrees: degrees) - t) < 1e-8 * t) }
  }
}
