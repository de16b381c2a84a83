/// Draws by explicit formulas, since those of the standard library may change with its version.
extension RandomNumberGenerator {
  /// A uniform number in 0..<1, a multiple of 2⁻⁵³.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A uniform number in low...high.
  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    min(high, low + (high - low) * unit())
  }

  /// A uniform integer in 0..<count.
  package mutating func below(_ count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// True with the given probability: always for 1, never for 0.
  package mutating func chance(_ probability: Double) -> Bool { unit() < probability }
}
