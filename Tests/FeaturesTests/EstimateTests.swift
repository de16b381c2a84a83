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
}
