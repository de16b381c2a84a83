import SiamTensors
import Testing

@testable import SiamAugmentations

/// Gives fixed words, again and again.
struct FixedGenerator: RandomNumberGenerator {
  let words: [UInt64]
  var index = 0

  init(_ words: UInt64...) { self.words = words }

  mutating func next() -> UInt64 {
    defer { index += 1 }
    return words[index % words.count]
  }
}

@Suite struct ChanceTests {
  @Test func `a unit draw is the upper 53 bits`() {
    var generator = FixedGenerator(0, .max, 1 << 63, 1 << 11, 0x7FF)
    #expect((0..<5).map { _ in generator.unit() } == [0, 1 - 0x1p-53, 0.5, 0x1p-53, 0])
  }

  @Test func `a uniform draw reaches its lower bound and stays below its upper one`() {
    var generator = FixedGenerator(0, 1 << 63, .max)
    #expect(generator.uniform(-2, 4) == -2)
    #expect(generator.uniform(-2, 4) == 1)
    #expect((3.9...4).contains(generator.uniform(-2, 4)))
    #expect(generator.uniform(3, 3) == 3)
  }

  @Test func `a whole draw splits the words evenly`() {
    var generator = FixedGenerator(0, .max, 1 << 62, 3 << 62)
    #expect((0..<4).map { _ in generator.below(4) } == [0, 3, 1, 3])
    #expect(generator.below(1) == 0)
  }

  @Test func `probability 0 never happens and 1 always does`() {
    var generator = FixedGenerator(0, .max)
    #expect((0..<4).allSatisfy { _ in !generator.chance(0) })
    #expect((0..<4).allSatisfy { _ in generator.chance(1) })
  }

  @Test("each of some values is drawn equally often", arguments: [2, 3, 24])
  func even(count: Int) {
    var generator = CounterGenerator(7, UInt64(count))
    var times = [Int](repeating: 0, count: count)
    for _ in 0..<20_000 { times[generator.below(count)] += 1 }
    #expect(times.allSatisfy { isPlausible($0, of: 20_000, probability: 1 / Double(count)) })
  }
}
