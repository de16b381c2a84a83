import SiamFiles

/// A name quoted as one shell word.
func shellWord(_ name: String) -> String {
  let plain = name.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-+:@%,=".utf8.contains(byte)
    }
  }
  if plain, !name.isEmpty, !name.hasPrefix("-") { return name }
  let parts = name.split(separator: "'", omittingEmptySubsequences: false).map { printable(String($0)) }
  return (name.hasPrefix("-") ? "./" : "") + "'\(parts.joined(separator: "'\\''"))'"
}
