import Glibc
import Testing

@testable import SiamFeatures

@Suite struct EstimateTests {
  @Test func `the interval is Student's`() {
    // mean 3, s = √2.5, t(4) = 2.776.
    let estimate = Estimate([1, 2, 3, 4, 5])
    #expect(abs(estimate.mean - 3) < 1e-12)
    #expect(abs(estimate.high - (3 + 2.776 * (2.5 / 5).squareRoot())) < 1e-9)
    #expect(abs(estimate.low + estimate.high - 6) < 1e-12)
    #expect(estimate.isAbove(1) && !estimate.isAbove(2) && estimate.isBelow(5))
  }

  @Test func `one measurement has no interval and proves nothing`() {
    let estimate = Estimate([2])
    #expect(estimate.low == 2 && estimate.high == 2 && !estimate.isAbove(1) && !estimate.isBelow(3))
    #expect(estimate.text(places: 1) == "2.0")
  }

  @Test func `an interval stays in its domain, around the mean`() {
    // The ranks of a training whose seeds differ: on a plain scale the interval is [-0.2, 19.3].
    let values = [5.2, 10.3, 13.1]
    let (plain, ratio, rank) = (
      Estimate(values), Estimate(values, in: .positive), Estimate(values, in: .within(1...64))
    )
    #expect(plain.low < 0)
    for estimate in [ratio, rank] {
      #expect(estimate.mean == plain.mean && estimate.low < estimate.mean && estimate.mean < estimate.high)
    }
    // mean · exp(±t s / mean), the delta method.
    let half = plain.high - plain.mean
    #expect(abs(ratio.low / (ratio.mean / exp(half / ratio.mean)) - 1) < 1e-12)
    #expect(rank.low > 1 && rank.high < 64)
    let sure = Estimate([1, 1, 1], in: .within(0...1))
    #expect(sure.low == 1 && sure.high == 1)
  }

  @Test func `the probability against a value is below 0.05 just where the interval leaves it out`() throws {
    for domain in [Estimate.Domain.any, .positive, .within(0...2)] {
      let estimate = Estimate([0.5, 0.7, 0.8, 0.9], in: domain)
      for (end, inward) in [(estimate.low, 1.0), (estimate.high, -1)] {
        let inside = try #require(estimate.significance(against: end + inward * 0.001))
        let outside = try #require(estimate.significance(against: end - inward * 0.001))
        #expect(outside < 0.05 && inside > 0.05)
      }
    }
    #expect(Estimate([3]).significance(against: 0) == nil)
  }
}
