/// Formats an integer in lower-case hexadecimal, with leading zeros up to a fixed number of digits.
package func hexadecimal(_ value: some UnsignedInteger, digits: Int) -> String {
  let shortest = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - shortest.count)) + shortest
}
