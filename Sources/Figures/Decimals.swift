import Glibc
import SiamFiles

/// A number with at most `places` decimals, without zeros at the end: 1.5, not 1.50.
func shortDecimal(_ value: Double, places: Int) -> String {
  var text = decimal(value, places: places)
  if text.contains(".") {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  return text
}

/// A number to so many significant digits, as a person would write it: 0.0123, 1.5, 3.2e-7, 120000.
package func significant(_ value: Double, _ digits: Int = 3) -> String {
  guard value.isFinite else { return decimal(value, places: 0) }
  guard value != 0 else { return "0" }
  let exponent = Int(floor(log10(value.magnitude)))
  if exponent < -4 || exponent > 6 {
    var (mantissa, power) = (value / pow(10, Double(exponent)), exponent)
    if decimal(mantissa.magnitude, places: digits - 1).hasPrefix("10") {
      (mantissa, power) = (mantissa / 10, power + 1)
    }
    return shortDecimal(mantissa, places: digits - 1) + "e\(power)"
  }
  return shortDecimal(value, places: max(0, min(12, digits - 1 - exponent)))
}
