extension Safetensors {
  /// The elements of an array of floats of any kind that other programs write; nil when there is none of that name, or it has
  /// other elements.
  ///
  /// Numbers beyond a 32-bit float become infinite.
  package func floats(of name: String) -> [Float]? {
    switch entry(name)?.element {
    case .float32: values(of: name, as: Float.self)
    case .float16: values(of: name, as: Float16.self)?.map(Float.init)
    case .float64: values(of: name, as: Double.self)?.map { Float($0) }
    // The upper half of a 32-bit float.
    case .bfloat16: values(of: name, as: BrainFloat.self)?.map { Float(bitPattern: UInt32($0.upper) << 16) }
    default: nil
    }
  }
}

/// The bits of a bfloat16.
private struct BrainFloat: SafetensorsValue {
  static let element = SafetensorsElement.bfloat16
  let upper: UInt16
}
