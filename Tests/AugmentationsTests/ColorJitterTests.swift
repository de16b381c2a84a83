import SiamImages
import SiamTensors
import Testing

@testable import SiamAugmentations

@Suite struct ColorJitterTests {
  static let jitter = ColorJitter(brightness: 0.4, contrast: 0.3, saturation: 0.2, hue: 0.1)

  /// The order of a draw as a word such as "bcsh".
  private func order(_ changes: [ColorChange]) -> String {
    changes.map {
      switch $0 {
      case .brightness: "b"
      case .contrast: "c"
      case .saturation: "s"
      case .hue: "h"
      }
    }.joined()
  }

  @Test func `each of the 24 orders is drawn equally often`() {
    var generator = CounterGenerator(21)
    var times: [String: Int] = [:]
    for _ in 0..<24_000 { times[order(Self.jitter.draw(using: &generator)), default: 0] += 1 }
    #expect(times.count == 24)
    #expect(times.values.allSatisfy { isPlausible($0, of: 24_000, probability: 1.0 / 24) })
  }

  @Test func `the factors are uniform around 1 and the turn around 0`() {
    var generator = CounterGenerator(22)
    var values: [Character: [Double]] = [:]
    for _ in 0..<8000 {
      for change in Self.jitter.draw(using: &generator) {
        switch change {
        case .brightness(let factor): values["b", default: []].append((factor - 1) / 0.4)
        case .contrast(let factor): values["c", default: []].append((factor - 1) / 0.3)
        case .saturation(let factor): values["s", default: []].append((factor - 1) / 0.2)
        case .hue(let turn): values["h", default: []].append(turn / 0.1)
        }
      }
    }
    #expect(values.count == 4)
    for numbers in values.values {
      #expect(numbers.count == 8000 && numbers.allSatisfy { abs($0) < 1 + 1e-12 })
      #expect(isPlausible(numbers.count { $0 < 0 }, of: 8000, probability: 0.5))
      #expect(isPlausible(numbers.count { abs($0) < 0.25 }, of: 8000, probability: 0.25))
    }
  }

  @Test func `strengths of 0 are left out, and strong ones stop at black`() {
    var generator = CounterGenerator(23)
    let grey = ColorJitter(brightness: 3, contrast: 0.4, saturation: 0, hue: 0)
    var orders: Set<String> = []
    for _ in 0..<200 {
      let changes = grey.draw(using: &generator)
      orders.insert(order(changes))
      for case .brightness(let factor) in changes { #expect((0...4).contains(factor)) }
    }
    #expect(orders == ["bc", "cb"])
  }

  @Test("it happens as often as it should", arguments: [0, 0.8, 1])
  func rate(probability: Double) {
    // So bright that every draw shows.
    let jitter = ColorJitter(brightness: 0.5, contrast: 0, saturation: 0, hue: 0, probability: probability)
    let image = Image(width: 1, height: 2, pixels: [240, 241, 242, 243, 244, 245])
    var generator = CounterGenerator(24)
    let changed = (0..<4000).count { _ in jitter(image, for: 2, using: &generator) != image }
    #expect(changed <= Int(4000 * probability) + 150)
    #expect(changed >= Int(4000 * probability) - 180)
    if probability == 0 { #expect(changed == 0) }
  }

  @Test func `it makes the changes that it draws`() {
    let image = Image(noise: 12, 10)
    for seed in 0..<10 as Range<UInt64> {
      var (one, other) = (CounterGenerator(seed), CounterGenerator(seed))
      var wanted = image
      _ = other.unit()
      for change in Self.jitter.draw(using: &other) { wanted.adjust(change) }
      #expect(Self.jitter(image, for: 10, using: &one) == wanted)
      #expect(one == other)
    }
  }
}
