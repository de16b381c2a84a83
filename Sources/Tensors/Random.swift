/// A counter-based generator: every draw is a function of (key, counter) alone.
///
/// Source: SplitMix64 (Steele, Lea, Flood 2014), its finaliser applied to key + counter · golden ratio.
package struct CounterGenerator: RandomNumberGenerator, Sendable, Equatable {
  let key: UInt64
  var counter: UInt64 = 0

  /// A stream named by some numbers, such as (seed, epoch, picture, view).
  package init(_ names: UInt64...) {
    var key: UInt64 = 0x243F_6A88_85A3_08D3
    for name in names { key = Self.mix(key ^ name) &+ 0x9E37_79B9_7F4A_7C15 }
    self.key = Self.mix(key)
  }

  package mutating func next() -> UInt64 {
    counter &+= 1
    return Self.mix(key &+ counter &* 0x9E37_79B9_7F4A_7C15)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }
}
