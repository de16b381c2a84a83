import SiamFiles

/// The key in the metadata under which a safetensors file carries its checksum: 16 hexadecimal digits.
let checksumKey = "fnv1a64"

/// The checksum of a file: FNV-1a of all its bytes, with the digits of the checksum itself read as "0".
///
/// - Parameter digits: the range of those digits in the file.
package func checksum(of file: [UInt8], digits: Range<Int>) -> String {
  var hash = FNV1a()
  let bytes = file.span
  hash.add(bytes.extracting(..<digits.lowerBound))
  hash.add(String(repeating: "0", count: digits.count))
  hash.add(bytes.extracting(digits.upperBound...))
  return hexadecimal(hash.value, digits: 16)
}
