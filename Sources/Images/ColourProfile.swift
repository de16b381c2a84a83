/// What a file says about the meaning of its colours, in the form of PNG chunks, so that a restored picture can say the same.
package struct ColourProfile: Sendable, Equatable {
  /// The chunks one after the other, each a length of four bytes, a type and data, without a checksum.
  let chunks: [UInt8]
  /// Whether the file has a profile that does not suit the decoded colours, such as one for inks.
  package let isLost: Bool

  /// The largest profile to carry over, in bytes.
  private static let largest = 1 << 24
  private static let kinds = ["iCCP", "sRGB", "gAMA", "cHRM", "cICP"].map { Array($0.utf8) }

  /// The profile of a whole file that has been decoded.
  init(_ bytes: [UInt8], _ header: ImageHeader) {
    switch header.format {
    case .png: (chunks, isLost) = (Self.chunks(ofPNG: bytes), false)
    case .jpeg:
      let profile = Self.profile(ofJPEG: bytes)
      let space = header.colour == .grey ? "GRAY" : "RGB "
      let suits = profile.count > 20 && Array(profile[16..<20]) == Array(space.utf8) && header.colour != .inks
      (chunks, isLost) = (suits ? Self.chunk("iCCP", Self.stored(profile)) : [], !profile.isEmpty && !suits)
    default: (chunks, isLost) = ([], false)
    }
  }

  /// The chunks about colour before the pixels, as they are.
  private static func chunks(ofPNG bytes: [UInt8]) -> [UInt8] {
    var (found, at) = ([UInt8](), 8)
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      let kind = Array(bytes[at + 4..<at + 8])
      guard length <= bytes.count - at - 12, kind != Array("IDAT".utf8) else { break }
      if kinds.contains(kind), length <= largest { found += bytes[at..<at + 8 + length] }
      at += 12 + length
    }
    return found
  }

  /// The ICC profile of a JPEG file, which is cut into APP2 segments with a number each; empty without one.
  ///
  /// Source: ICC.1:2022, annex B.4.
  private static func profile(ofJPEG bytes: [UInt8]) -> [UInt8] {
    let name = Array("ICC_PROFILE\0".utf8)
    var (parts, at) = ([Int: ArraySlice<UInt8>](), 2)
    while at + 4 <= bytes.count {
      guard bytes[at] == 0xFF, bytes[at + 1] != 0xFF else {
        at += 1
        continue
      }
      let marker = bytes[at + 1]
      if marker == 0xDA || marker == 0xD9 { break }
      if marker <= 0x01 || (0xD0...0xD8).contains(marker) {
        at += 2
        continue
      }
      let end = at + 2 + max(2, Int(bytes[at + 2]) << 8 | Int(bytes[at + 3]))
      let start = at + 4
      if marker == 0xE2, end <= bytes.count, end - start > name.count + 2, bytes[start...].starts(with: name)
      {
        parts[Int(bytes[start + name.count])] = bytes[start + name.count + 2..<end]
      }
      at = end
    }
    guard parts.keys.sorted() == Array(1..<parts.count + 1) else { return [] }
    let profile = parts.sorted { $0.key < $1.key }.flatMap(\.value)
    return profile.count <= largest ? profile : []
  }

  private static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    bigEndian(UInt32(data.count)) + Array(kind.utf8) + data
  }

  /// An iCCP chunk's data: a name, the method 0, and the profile as a zlib stream of stored blocks (RFC 1950, 1951).
  private static func stored(_ profile: [UInt8]) -> [UInt8] {
    var data = Array("ICC profile".utf8) + [0, 0, 0x78, 0x01]
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in profile {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    var rest = profile[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let count = UInt16(block.count)
      data.append(rest.isEmpty ? 1 : 0)
      for number in [count, ~count] { data += [UInt8(number & 255), UInt8(number >> 8)] }
      data += block
    } while !rest.isEmpty
    return data + bigEndian(b << 16 | a)
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }
}
