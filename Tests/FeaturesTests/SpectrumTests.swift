import Testing

@testable import SiamFeatures

@Suite struct SpectrumTests {
  @Test("even values have the rank of their number, a single one rank 1", arguments: [1, 2, 7, 300])
  func even(count: Int) {
    let spectrum = Spectrum(singularValues: [Double](repeating: 3, count: count))
    #expect(abs(spectrum.effectiveRank - Double(count)) < 1e-9)
    let single = Spectrum(singularValues: [2] + [Double](repeating: 0, count: count - 1))
    #expect(single.effectiveRank == 1)
  }

  @Test func `two values have the rank of their entropy`() {
    // p = 3/4, 1/4: exp(H) = 4 / 3^(3/4).
    let spectrum = Spectrum(singularValues: [6, 2])
    #expect(abs(spectrum.effectiveRank - 1.7547653506033234) < 1e-12)
  }

  @Test func `orthogonal rows give a spectrum by hand`() {
    // ±e1, ±e2 have mean 0 and singular values √2, √2; their lengths do not matter.
    let spectrum = Spectrum([1, 0, -5, 0, 0, 2, 0, -3], dimension: 2)
    for value in spectrum.singularValues { #expect(abs(value - 2.squareRoot()) < 1e-12) }
    #expect(spectrum.singularValues.count == 2)
  }

  @Test func `no variation has no rank, and NaN stays NaN`() {
    #expect(Spectrum(singularValues: [0, 0]).effectiveRank == 0)
    #expect(Spectrum(singularValues: []).effectiveRank == 0)
    #expect(Spectrum(singularValues: [.nan, 1]).effectiveRank.isNaN)
  }
}
