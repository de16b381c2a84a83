/// The element types of safetensors arrays, by their names in the header.
package enum SafetensorsElement: String, Sendable, CaseIterable {
  /// Floating-point numbers, integers and truth values of the given number of bits.
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

  /// The size of an element in bytes.
  package var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e4m3, .float8e5m2: 1
    }
  }
}

/// A Swift type whose representation in memory is that of a safetensors element.
package protocol SafetensorsValue: BitwiseCopyable, Sendable {
  /// The element type that it represents.
  static var element: SafetensorsElement { get }
}
extension Float: SafetensorsValue { package static var element: SafetensorsElement { .float32 } }
extension Double: SafetensorsValue { package static var element: SafetensorsElement { .float64 } }
extension Float16: SafetensorsValue { package static var element: SafetensorsElement { .float16 } }
extension Int64: SafetensorsValue { package static var element: SafetensorsElement { .int64 } }
extension Int32: SafetensorsValue { package static var element: SafetensorsElement { .int32 } }
extension UInt64: SafetensorsValue { package static var element: SafetensorsElement { .uint64 } }
extension UInt8: SafetensorsValue { package static var element: SafetensorsElement { .uint8 } }

#if _endian(big)
  #error("safetensors and .npy data are copied to and from memory unchanged, which must be little-endian")
#endif
