import Glibc

extension CounterGenerator {
  /// A number in 0..<1, a multiple of 2⁻⁵³, the same on every platform.
  package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A normal number of mean 0, by the Box–Muller transform.
  package mutating func normal(deviation: Double = 1) -> Double {
    let radius = (-2 * log(1 - fraction())).squareRoot()
    return deviation * radius * cos(2 * .pi * fraction())
  }
}
