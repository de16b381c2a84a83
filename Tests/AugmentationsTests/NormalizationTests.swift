import Testing

@testable import SiamAugmentations

@Suite struct NormalizationTests {
  @Test(
    "the line maps the mean to 0 and one deviation to 1", arguments: Normalization.named.map(\.normalization))
  func line(normalization: Normalization) {
    for channel in 0..<3 {
      let (scale, offset) = normalization.line(of: channel)
      let (mean, deviation) = (normalization.mean[channel], normalization.deviation[channel])
      #expect(abs(Float(255 * mean) * scale + offset) < 1e-6)
      #expect(abs(Float(255 * (mean + deviation)) * scale + offset - 1) < 1e-6)
    }
  }

  @Test func `a known one is written by its name`() {
    #expect(Normalization.cifar.written == "normalize(cifar)")
    let own = Normalization(mean: [0.5, 0, 1], deviation: [0.25, 0.3, 1])
    #expect(own.written == "normalize(0.5,0,1;0.25,0.3,1)")
  }
}
