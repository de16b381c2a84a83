/// Draws by explicit formulas, so that the same generator gives the same numbers with every version of Swift.
extension RandomNumberGenerator {
  /// A number in 0..<1, a multiple of 2⁻⁵³.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in low...high.
  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    min(high, low + (high - low) * unit())
  }

  /// A whole number in 0..<count.
  package mutating func below(_ count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// True with a probability; 1 is always, 0 is never.
  package mutating func chance(_ probability: Double) -> Bool { unit() < probability }
}
