/// The path whose bytes these are; `pathBytes(_:)` is its inverse.
///
/// On Linux a name is any bytes, mostly UTF-8. A byte that is not UTF-8 becomes a character of a private range, U+EF80 for
/// 0x80 up to U+EFFF for 0xFF. The bytes of such a character in a name are escaped in the same way, so that every name is
/// one string and every string one name. Sorted by their UTF-8, paths are in the order in which Python sorts them.
///
/// Source: OPTU-16 of MirBSD.
package func pathString(_ bytes: some Collection<UInt8>) -> String {
  // The escapes' own UTF-8 begins with 0xEE.
  if !bytes.contains(0xEE), let path = String(validating: bytes, as: UTF8.self) { return path }
  var path = ""
  var parser = Unicode.UTF8.ForwardParser()
  var (iterator, rest) = (bytes.makeIterator(), bytes[...])
  while true {
    let (length, scalar): (Int, Unicode.Scalar?)
    switch parser.parseScalar(from: &iterator) {
    case .valid(let encoded): (length, scalar) = (encoded.count, Unicode.UTF8.decode(encoded))
    case .error(let invalid): (length, scalar) = (invalid, nil)
    case .emptyInput: return path
    }
    if let scalar, rawByte(of: scalar) == nil {
      path.unicodeScalars.append(scalar)
    } else {
      for byte in rest.prefix(length) { path.unicodeScalars.append(escape(of: byte)) }
    }
    rest = rest.dropFirst(length)
  }
}

/// The bytes of a path as the file system stores them.
package func pathBytes(_ path: String) -> [UInt8] {
  if !path.utf8.contains(0xEE) { return Array(path.utf8) }
  var bytes: [UInt8] = []
  for scalar in path.unicodeScalars {
    if let byte = rawByte(of: scalar) {
      bytes.append(byte)
    } else {
      bytes += UTF8.encode(scalar)?.map(\.self) ?? []
    }
  }
  return bytes
}

/// The byte that is not UTF-8 for which a character of a path stands; nil for all other characters.
package func rawByte(of scalar: Unicode.Scalar) -> UInt8? {
  (0xEF80...0xEFFF).contains(scalar.value) ? UInt8(scalar.value & 0xFF) : nil
}

/// The character for a byte of a name; only bytes from 0x80 on are ever not UTF-8.
private func escape(of byte: UInt8) -> Unicode.Scalar {
  Unicode.Scalar(0xEF00 + UInt32(byte)) ?? "\u{FFFD}"
}

/// The path for a C function, with the NUL that ends it.
package func cString(_ path: String) -> [CChar] { pathBytes(path).map(CChar.init(bitPattern:)) + [0] }
