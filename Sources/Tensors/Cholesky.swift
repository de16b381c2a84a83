/// The lower-triangular factor of a symmetric positive definite matrix, A = L·Lᵀ, and solutions with it.
///
/// Blocked, right-looking; the trailing updates are matrix products. Source: Golub, Van Loan, section 4.2.
package struct CholeskyFactor: Sendable {
  /// L, (n, n), zeros above the diagonal.
  package let lower: Matrix
  /// For each block of columns, minus the part of L, and of Lᵀ, that couples it to those known before.
  private let downwards, upwards: [PackedDoubles]
  private static let block = 64

  /// Complexity: n³ / 3 operations, over the threads.
  /// - Returns: nil if a pivot is not positive: the matrix is singular, indefinite or not finite.
  /// - Parameter matrix: its lower triangle is read.
  /// - Precondition: square.
  package init?(_ matrix: consuming Matrix) {
    precondition(matrix.rows == matrix.columns, "\(matrix.rows)×\(matrix.columns) is not square")
    let n = matrix.rows
    var a = (consume matrix).values
    for start in stride(from: 0, to: n, by: Self.block) {
      let end = min(start + Self.block, n)
      guard Self.factor(&a, n, start, end) else { return nil }
      guard end < n else { break }
      // L below the block, and its product with itself, which leaves the rest.
      var below = Matrix(zeros: n - end, end - start)
      for i in end..<n {
        for j in start..<end { below.values[(i - end) * below.columns + j - start] = a[i * n + j] }
      }
      var rest = Matrix(zeros: n - end, n - end)
      rest.add(below, below.transposed)
      for i in end..<n {
        let (row, product) = (i * n, (i - end) * rest.columns)
        for j in end...i { a[row + j] -= rest.values[product + j - end] }
      }
    }
    for i in 0..<n { for j in i + 1..<max(n, i + 1) { a[i * n + j] = 0 } }
    let lower = Matrix(n, n, a)
    let blocks = stride(from: 0, to: n, by: Self.block).map { $0..<min($0 + Self.block, n) }
    downwards = blocks.map { block in
      PackedDoubles(lower[rows: block][columns: 0..<block.lowerBound].transposed, times: -1)
    }
    upwards = blocks.map { block in
      PackedDoubles(lower[rows: block.upperBound..<n][columns: block], times: -1)
    }
    self.lower = lower
  }

  /// Columns start..<end of L in place, given that all columns before are subtracted.
  private static func factor(_ a: inout [Double], _ n: Int, _ start: Int, _ end: Int) -> Bool {
    var all = a.mutableSpan
    for j in start..<end {
      var pivot = all[j * n + j]
      for k in start..<j { pivot -= all[j * n + k] * all[j * n + k] }
      guard pivot > 0, pivot.isFinite else { return false }
      let root = pivot.squareRoot()
      all[j * n + j] = root
      for i in j + 1..<max(n, j + 1) {
        var sum = all[i * n + j]
        for k in start..<j { sum -= all[i * n + k] * all[j * n + k] }
        all[i * n + j] = sum / root
      }
    }
    return true
  }

  /// L⁻¹·x for each row x. Shapes: (b, n) to (b, n).
  package func solvedLower(_ x: Matrix) -> Matrix { solved(x, backward: false) }

  /// L⁻ᵀ·x for each row x. Shapes: (b, n) to (b, n).
  package func solvedUpper(_ x: Matrix) -> Matrix { solved(x, backward: true) }

  /// By blocks of columns, in the order in which they become known.
  private func solved(_ x: Matrix, backward: Bool) -> Matrix {
    let n = lower.rows
    precondition(x.columns == n, "rows of \(x.columns) for a system of \(n)")
    var y = x
    let couplings = backward ? upwards : downwards
    for index in backward ? Array(couplings.indices.reversed()) : Array(couplings.indices) {
      let (start, end) = (index * Self.block, min((index + 1) * Self.block, n))
      y.add(columns: backward ? end..<n : 0..<start, of: couplings[index], toColumn: start)
      let triangle = lower.values.span
      let (rows, width) = (y.rows, n)
      var all = y.values.mutableSpan
      for row in 0..<rows {
        for step in 0..<end - start {
          let j = backward ? end - 1 - step : start + step
          var sum = all[row * width + j]
          for k in backward ? j + 1..<end : start..<j {
            sum -= triangle[backward ? k * n + j : j * n + k] * all[row * width + k]
          }
          all[row * width + j] = sum / triangle[j * n + j]
        }
      }
    }
    return y
  }
}
