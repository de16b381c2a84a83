/// A counter-based generator: every draw is a function of (key, counter) alone.
///
/// Source: SplitMix64 (Steele, Lea, Flood 2014), its finaliser applied to key + counter · golden ratio.
package struct CounterGenerator: RandomNumberGenerator, Sendable, Equatable {
  /// What names the stream, mixed from the numbers given to `init`.
  let key: UInt64
  /// The number of draws so far.
  var counter: UInt64 = 0

  /// A stream named by some numbers, such as (seed, epoch, image, view).
  package init(_ names: UInt64...) {
    var key: UInt64 = 0x243F_6A88_85A3_08D3
    for name in names { key = Self.mix(key ^ name) &+ 0x9E37_79B9_7F4A_7C15 }
    self.key = Self.mix(key)
  }

  /// The next draw: 64 uniform bits.
  package mutating func next() -> UInt64 {
    counter &+= 1
    return Self.mix(key &+ counter &* 0x9E37_79B9_7F4A_7C15)
  }

  /// SplitMix64's finaliser.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }
}

/// `count` of 0..<total without repetition, in the order drawn.
package func chosen(_ count: Int, of total: Int, using generator: inout CounterGenerator) -> [Int] {
  var all = Array(0..<total)
  for index in 0..<count {
    let other = index + Int(generator.next().multipliedFullWidth(by: UInt64(total - index)).high)
    all.swapAt(index, other)
  }
  return Array(all.prefix(count))
}
