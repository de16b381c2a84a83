import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct SymmetricEigenvaluesTests {
  @Test(
    "they are NumPy's, to roundings of the largest", arguments: ["random", "graded", "repeated", "blocks"])
  func reference(name: String) throws {
    let file = try Safetensors(contentsOf: dataPath("reference/gauges.safetensors"))
    let matrix = try #require(file.values(of: "eigen.\(name).matrix", as: Double.self))
    let expected = try #require(file.values(of: "eigen.\(name).values", as: Double.self))
    let largest = expected.map(abs).max() ?? 0
    let found = symmetricEigenvalues(matrix, expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-13 * largest) }
    #expect(found.count == expected.count)
  }

  @Test("the second difference has the eigenvalues 2 - 2 cos(jπ/(n+1))", arguments: [1, 2, 3, 4, 40])
  func secondDifference(n: Int) {
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      matrix[i * n + i] = 2
      if i + 1 < n { (matrix[i * n + i + 1], matrix[(i + 1) * n + i]) = (-1, -1) }
    }
    for (j, value) in symmetricEigenvalues(matrix, n).enumerated() {
      #expect(abs(value - (2 - 2 * cosine(Double(j + 1) * .pi / Double(n + 1)))) < 1e-13)
    }
  }

  @Test("any size of numbers is the same problem", arguments: [1e-300, 1e-160, 1, 1e160, 1e300])
  func scale(factor: Double) {
    // All ones plus the unit matrix: n + 1 once, 1 otherwise.
    let matrix = (0..<36).map { ($0 % 7 == 0 ? 2 : 1) * factor }
    let values = symmetricEigenvalues(matrix, 6)
    for (value, expected) in zip(values, [1, 1, 1, 1, 1, 7]) {
      #expect(abs(value / factor - Double(expected)) < 1e-14 * 7)
    }
  }

  @Test func `a tail that squares to less than a rounding still counts`() {
    // 0 beside 1 and t = 1e-9, all else 0: the eigenvalues are 0 and ±√(1 + t²). With t/2 between the last two:
    // det = t²  to first order, so that the middle one is -t² instead.
    let t = 1e-9
    #expect(abs(symmetricEigenvalues([0, 1, t, 1, 0, 0, t, 0, 0], 3)[1]) < 1e-17)
    let middle = symmetricEigenvalues([0, 1, t, 1, 0, t / 2, t, t / 2, 0], 3)[1]
    #expect(abs(middle + t * t) < 1e-17)
    // A last row (t, 0, 0.5) moves 0.5 by t²·0.5/(0.25 - 1), below a rounding, and nothing else.
    let values = symmetricEigenvalues([0, 1, t, 1, 0, 0, t, 0, 0.5], 3)
    for (value, expected) in zip(values, [-1, 0.5, 1]) { #expect(abs(value - expected) < 1e-15) }
  }

  @Test func `zeros, an empty matrix, and one that is not finite`() {
    #expect(symmetricEigenvalues([Double](repeating: 0, count: 9), 3) == [0, 0, 0])
    #expect(symmetricEigenvalues([], 0) == [])
    #expect(symmetricEigenvalues([1, .nan, .nan, 1], 2).count { $0.isNaN } == 2)
    #expect(symmetricEigenvalues([.infinity], 1).count { $0.isNaN } == 1)
  }

  @Test func `random matrices keep their trace and the sum of their squares`() {
    var generator = CounterGenerator(11)
    for n in [2, 5, 17, 64] {
      var matrix = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for j in 0...i {
          matrix[i * n + j] = Double.random(in: -1...1, using: &generator)
          matrix[j * n + i] = matrix[i * n + j]
        }
      }
      let values = symmetricEigenvalues(matrix, n)
      let trace = (0..<n).reduce(0) { $0 + matrix[$1 * n + $1] }
      #expect(abs(values.reduce(0, +) - trace) < 1e-12)
      let squares = matrix.reduce(0) { $0 + $1 * $1 }
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } - squares) < 1e-11)
    }
  }
}

/// cos by its series, for 0...π.
private func cosine(_ x: Double) -> Double {
  let y = x - .pi / 2
  var (term, sum, n) = (-y, -y, 1.0)
  while abs(term) > 1e-18 {
    term *= -y * y / ((n + 1) * (n + 2))
    n += 2
    sum += term
  }
  return sum
}
