package import SiamFiles

/// The kinds of numbers that a safetensors file can hold, by their names in the header.
package enum SafetensorsElement: String, Sendable, CaseIterable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"
  case float8e4m3 = "F8_E4M3"
  case float8e5m2 = "F8_E5M2"

  /// Bytes a number.
  package var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e4m3, .float8e5m2: 1
    }
  }
}

/// A Swift type whose memory is what a safetensors file holds.
package protocol SafetensorsValue: BitwiseCopyable, Sendable {
  static var element: SafetensorsElement { get }
}
extension Float: SafetensorsValue { package static var element: SafetensorsElement { .float32 } }
extension Double: SafetensorsValue { package static var element: SafetensorsElement { .float64 } }
extension Int64: SafetensorsValue { package static var element: SafetensorsElement { .int64 } }
extension Int32: SafetensorsValue { package static var element: SafetensorsElement { .int32 } }
extension UInt64: SafetensorsValue { package static var element: SafetensorsElement { .uint64 } }
extension UInt8: SafetensorsValue { package static var element: SafetensorsElement { .uint8 } }

#if _endian(big)
  #error("safetensors and .npy data are copied as they lie in memory, which must be little-endian")
#endif

/// What is wrong with a safetensors file, as values; the sentence is made last.
package enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(FileError)
  case malformed(path: String, reason: String)
  case damaged(path: String)
  case noChecksum(path: String)
  case missing(path: String, name: String)
  case mismatch(path: String, name: String, found: String, expected: String)

  package var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .malformed(let path, let reason): "\(printable(path)): not a safetensors file: \(printable(reason))"
    case .damaged(let path): "\(printable(path)): damaged: its checksum does not match its content"
    case .noChecksum(let path): "\(printable(path)): carries no checksum"
    case .missing(let path, let name): "\(printable(path)): has no array \(printable(name))"
    case .mismatch(let path, let name, let found, let expected):
      "\(printable(path)): \(printable(name)) is \(found), expected \(expected)"
    }
  }
}
