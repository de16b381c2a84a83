import SiamTensors
import Testing

@Suite struct MatrixTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var generator = CounterGenerator(seed)
    return Matrix(
      rows, columns, (0..<rows * columns).map { _ in Double(generator.next() >> 11) * 0x1p-52 - 1 })
  }

  @Test(
    "a product is the sum over the inner index in order, to the bit",
    arguments: [(1, 1, 1), (3, 5, 7), (9, 300, 17), (70, 513, 24), (130, 2, 8)])
  func product(rows: Int, depth: Int, columns: Int) {
    let (a, b) = (random(rows, depth, seed: 1), random(depth, columns, seed: 2))
    var expected = [Double](repeating: 0, count: rows * columns)
    for i in 0..<rows {
      for j in 0..<columns {
        for k in 0..<depth {
          expected[i * columns + j] += a.values[i * depth + k] * b.values[k * columns + j]
        }
      }
    }
    #expect((a * b).values == expected)
  }

  @Test("L·Lᵀ is the matrix, and its solutions solve", arguments: [1, 2, 63, 64, 65, 150])
  func cholesky(n: Int) throws {
    let half = random(n, n + 3, seed: UInt64(n))
    let a = half * half.transposed
    let factor = try #require(CholeskyFactor(a))
    let again = factor.lower * factor.lower.transposed
    let x = random(3, n, seed: 9)
    let solution = factor.solvedUpper(factor.solvedLower(x)) * a
    let scale = a.values.map(abs).max() ?? 1
    for (one, other) in zip(again.values, a.values) { #expect(abs(one - other) < 1e-12 * scale * Double(n)) }
    for (one, other) in zip(solution.values, x.values) { #expect(abs(one - other) < 1e-6) }
  }

  @Test("a matrix that is not positive definite has no factor", arguments: [-1, 0, Double.nan])
  func indefinite(value: Double) {
    #expect(CholeskyFactor(Matrix(diagonal: [1, value, 1])) == nil)
  }

  @Test func `a product of shapes that do not fit is a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = Matrix(zeros: 2, 3) * Matrix(zeros: 2, 3) }
  }
}
