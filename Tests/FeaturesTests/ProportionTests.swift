import SiamFeatures
import Testing

@Suite struct ProportionTests {
  /// From SciPy's `binomtest(...).proportion_ci(method='wilson')`.
  @Test(
    "the Wilson interval has its known values",
    arguments: [
      (8, 10, 0.490162471536642, 0.943317848545625), (1, 2, 0.0945312057342307, 0.905468794265769),
      (50, 100, 0.403831530365996, 0.596168469634004), (4550, 10000, 0.4452590887744025, 0.4647754710789583),
    ])
  func known(successes: Int, total: Int, low: Double, high: Double) {
    let interval = Proportion(successes, of: total).interval
    #expect(abs(interval.lowerBound - low) < 1e-12)
    #expect(abs(interval.upperBound - high) < 1e-12)
  }

  @Test("at the ends it is z²/(n + z²) wide and stops at 0 and 1", arguments: [1, 3, 10, 1000, 1_000_000])
  func ends(total: Int) {
    let z2 = 1.959963984540054 * 1.959963984540054
    let width = z2 / (Double(total) + z2)
    let (none, all) = (Proportion(0, of: total).interval, Proportion(total, of: total).interval)
    #expect(none.lowerBound == 0 && abs(none.upperBound - width) < 1e-12)
    #expect(all.upperBound == 1 && abs(all.lowerBound - (1 - width)) < 1e-12)
  }

  @Test func `the bounds solve (p - x)² = z² x(1 - x)/n`() {
    for total in [2, 7, 40, 333] {
      for successes in 1..<total {
        let proportion = Proportion(successes, of: total)
        for x in [proportion.interval.lowerBound, proportion.interval.upperBound] {
          let distance = (proportion.value - x) * (proportion.value - x)
          #expect(abs(distance - 3.841458820694124 * x * (1 - x) / Double(total)) < 1e-12)
        }
      }
    }
  }

  @Test func `nothing tried leaves everything open`() {
    #expect(Proportion(0, of: 0).interval == 0...1)
    #expect(Proportion(0, of: 0).value.isNaN)
  }

  @Test func `more successes than tries is a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = Proportion(3, of: 2) }
  }
}
