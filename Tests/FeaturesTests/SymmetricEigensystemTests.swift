import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct SymmetricEigensystemTests {
  private func product(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
    (0..<n * n).map { i in (0..<n).reduce(0) { $0 + a[i / n * n + $1] * b[$1 * n + i % n] } }
  }

  private func transposed(_ a: [Double], _ n: Int) -> [Double] { (0..<n * n).map { a[$0 % n * n + $0 / n] } }

  /// A matrix with those eigenvalues, turned by reflections.
  private func matrix(_ eigenvalues: [Double]) -> [Double] {
    let n = eigenvalues.count
    var a = [Double](repeating: 0, count: n * n)
    for i in 0..<n { a[i * n + i] = eigenvalues[i] }
    for seed in 1...3 {
      let v = draws(n, UInt64(seed)).map(Double.init)
      let square = v.reduce(0) { $0 + $1 * $1 }
      let h = (0..<n * n).map { ($0 / n == $0 % n ? 1 : 0) - 2 * v[$0 / n] * v[$0 % n] / square }
      a = product(product(h, a, n), h, n)
    }
    return (0..<n * n).map { (a[$0] + a[$0 % n * n + $0 / n]) / 2 }
  }

  @Test(
    "vectors are orthonormal, turn the matrix into its values, and these are known",
    arguments: [
      [3], [1, 2], [2, 2, 2], [0, 0, 1], [-1, 0, 5, 5, 9], (0..<20).map { Double($0 * $0) - 30 },
      (0..<33).map { $0 % 3 == 0 ? 0 : 1 }, (0..<16).map { 1 / Double(1 << $0) },
    ] as [[Double]], [1, 1e-120, 1e120])
  func decomposition(eigenvalues: [Double], scale: Double) {
    let n = eigenvalues.count
    let matrix = matrix(eigenvalues).map { $0 * scale }
    let (values, vectors) = symmetricEigensystem(matrix, n)
    let size = scale * (eigenvalues.map(abs).max() ?? 0)
    for (found, expected) in zip(values, eigenvalues.sorted()) {
      #expect(abs(found - expected * scale) <= 1e-12 * size)
    }
    let gram = product(vectors, transposed(vectors, n), n)
    #expect(gram.enumerated().allSatisfy { abs($1 - ($0 / n == $0 % n ? 1 : 0)) < 1e-12 })
    let turned = product(product(vectors, matrix, n), transposed(vectors, n), n)
    for (index, value) in turned.enumerated() {
      #expect(abs(value - (index / n == index % n ? values[index / n] : 0)) <= 1e-12 * size)
    }
  }

  @Test func `a diagonal matrix, a zero one, none, and one that is not finite`() {
    let diagonal = symmetricEigensystem([3, 0, 0, 0, 1, 0, 0, 0, 2], 3)
    #expect(diagonal.values == [1, 2, 3] && diagonal.vectors == [0, 1, 0, 0, 0, 1, 1, 0, 0])
    #expect(symmetricEigensystem([0, 0, 0, 0], 2) == ([0, 0], [1, 0, 0, 1]))
    #expect(symmetricEigensystem([], 0) == ([], []))
    let broken = symmetricEigensystem([1, .nan, .nan, 1], 2)
    #expect(broken.values.allSatisfy(\.isNaN) && broken.vectors.allSatisfy(\.isNaN))
  }
}
