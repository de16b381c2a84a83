import SiamFeatures
import SiamTensors
import Testing

@Suite struct LeadingEigenvectorsTests {
  /// A symmetric matrix with eigenvalues that fall off slowly.
  private func matrix(_ n: Int) -> Matrix {
    var generator = CounterGenerator(UInt64(n))
    var basis = Matrix(n, n, (0..<n * n).map { _ in Double(generator.next() >> 11) * 0x1p-52 - 1 })
    basis.orthonormalizeRows()
    let values = Matrix(diagonal: (0..<n).map { 1 / Double($0 + 1) })
    return basis.transposed * values * basis
  }

  @Test(
    "the leading eigenvalues and vectors are those of the whole system",
    arguments: [(1, 1), (5, 5), (40, 3), (200, 20), (300, 64)])
  func leading(n: Int, count: Int) {
    let a = matrix(n)
    let packed = PackedDoubles(a)
    let found = LeadingEigenvectors(count, side: n) { $0 * packed }
    for (index, value) in found.values.enumerated() { #expect(abs(value - 1 / Double(index + 1)) < 1e-8) }
    let image = found.vectors * a
    for row in 0..<count {
      for j in row * n..<(row + 1) * n {
        #expect(abs(image.values[j] - found.values[row] * found.vectors.values[j]) < 1e-4)
      }
    }
  }

  @Test func `principal components are those of the covariance, in whatever batches the vectors come`() {
    var generator = CounterGenerator(3)
    let (count, d) = (200, 12)
    let values = (0..<count * d).map { index in
      Float(Double(generator.next() >> 11) * 0x1p-52 - 1) * Float(index % d + 1) + 100
    }
    let all = Tensor([count, d], values)
    var (once, parts) = (FeatureMoments(dimension: d), FeatureMoments(dimension: d))
    once.add(all)
    for start in stride(from: 0, to: count, by: 50) {
      parts.add(Tensor([50, d], Array(values[start * d..<(start + 50) * d])))
    }
    for (one, other) in zip(once.covariance.values, parts.covariance.values) {
      #expect(abs(one - other) < 1e-3)
    }
    let components = PrincipalComponents(4, of: once)
    let y = components.applied(to: all, exponent: 1)
    // Whitened components have mean 0, variance 1 and no correlation.
    var moments = FeatureMoments(dimension: 4)
    moments.add(y)
    for value in moments.mean { #expect(abs(value) < 1e-4) }
    for (index, value) in moments.covariance.values.enumerated() {
      #expect(abs(value - (index % 5 == 0 ? 1 : 0)) < 1e-3)
    }
  }
}
