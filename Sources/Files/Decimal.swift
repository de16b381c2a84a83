/// Formats a number with a fixed number of decimals, as `%.2f` would: ties round to even on the binary value, and zero has
/// no minus sign.
///
/// - Parameter places: the number of decimals.
/// - Precondition: `places` is 0...12.
package func decimal(_ value: Double, places: Int) -> String {
  precondition((0...12).contains(places), "\(places) decimals")
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded(.toNearestOrEven)
  guard scaled < 1e18 else { return "\(value)" }
  let digits = String(UInt64(scaled))
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return sign + digits }
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return sign + padded.dropLast(places) + "." + padded.suffix(places)
}
