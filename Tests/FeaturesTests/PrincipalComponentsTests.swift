import SiamFeatures
import SiamTensors
import TestSupport
import Testing

@Suite struct PrincipalComponentsTests {
  /// Rows that vary less and less along the columns.
  private func rows(_ count: Int, _ dimension: Int) -> Tensor {
    let values = draws(count * dimension, 3)
    return Tensor(
      [count, dimension],
      values.enumerated().map { index, value in 5 + value / Float(1 + index % dimension % 17) })
  }

  @Test("few long vectors have the components that their covariance has", arguments: [(20, 30), (30, 20)])
  func few(count: Int, dimension: Int) throws {
    let x = rows(count, dimension)
    var moments = FeatureMoments(dimension: dimension)
    moments.add(x)
    let (byMoments, byProducts) = (
      PrincipalComponents(6, of: moments), PrincipalComponents(6, ofFew: x)
    )
    for (a, b) in zip(byMoments.variances, byProducts.variances) { #expect(abs(a - b) < 1e-4 * a) }
    for component in 0..<6 {
      let range = component * dimension..<(component + 1) * dimension
      let (a, b) = (byMoments.directions.values[range], byProducts.directions.values[range])
      #expect(abs(abs(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }) - 1) < 1e-3, "\(component)")
    }
    #expect(zip(byMoments.mean, byProducts.mean).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `whitened components have variance 1 and no correlation`() {
    let x = rows(25, 40)
    let y = PrincipalComponents(8, ofFew: x).applied(to: x, exponent: 1)
    var moments = FeatureMoments(dimension: 8)
    moments.add(y)
    for (index, value) in moments.covariance.values.enumerated() {
      #expect(abs(value - (index % 9 == 0 ? 1 : 0)) < 1e-3)
    }
  }

  @Test func `vectors that are all the same are zero`() {
    let x = Tensor([4, 10], [Float](repeating: 3, count: 40))
    let y = PrincipalComponents(3, ofFew: x).applied(to: x, exponent: 0.75)
    #expect(y.shape == [4, 3] && y.values.allSatisfy { $0 == 0 })
  }
}
