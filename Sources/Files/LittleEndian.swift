/// Two bytes, the lowest first.
package func bytes16(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }

/// Four bytes, the lowest first.
package func bytes32(_ value: UInt32) -> [UInt8] {
  bytes16(UInt16(value & 0xFFFF)) + bytes16(UInt16(value >> 16))
}

/// Eight bytes, the lowest first.
package func bytes64(_ value: UInt64) -> [UInt8] {
  bytes32(UInt32(value & 0xFFFF_FFFF)) + bytes32(UInt32(value >> 32))
}
