internal import Glibc

/// The eigenvalues of a real symmetric matrix in ascending order, and an orthonormal eigenvector of each.
///
/// Householder's reduction, whose reflections are kept, and QL with implicit shifts, whose rotations turn them.
/// `vectors` holds one eigenvector a row. All numbers are NaN when one of the matrix is not finite.
/// Complexity: about 7 n³ operations on the calling thread. Source: Golub, Van Loan, algorithms 8.3.1 and 8.3.3.
/// - Parameter matrix: n x n, row by row.
/// - Precondition: `matrix.count == n * n`.
package func symmetricEigensystem(_ matrix: [Double], _ n: Int) -> (values: [Double], vectors: [Double]) {
  precondition(n >= 0 && matrix.count == n * n, "\(matrix.count) numbers for a matrix of side \(n)")
  var largest = 0.0
  for value in matrix {
    guard value.isFinite else {
      return ([Double](repeating: .nan, count: n), [Double](repeating: .nan, count: n * n))
    }
    largest = max(largest, abs(value))
  }
  // Scaled to 1, no square under- or overflows.
  let scale = largest > 0 ? largest : 1
  var reduction = Reduction(matrix.map { $0 / scale }, n)
  var rows = reduction.basis()
  diagonalise(&reduction.diagonal, &reduction.beside) { index, cosine, sine in
    rotate(&rows, index, n, cosine, sine)
  }
  let order = (0..<n).sorted { (reduction.diagonal[$0], $0) < (reduction.diagonal[$1], $1) }
  return (
    order.map { reduction.diagonal[$0] * scale }, order.flatMap { rows[$0 * n..<($0 + 1) * n] }
  )
}

/// A matrix made tridiagonal by reflections 1 − β v vᵀ, the k-th of which leaves rows and columns up to k alone.
private struct Reduction {
  let n: Int
  var diagonal, beside: [Double]
  /// v of each step in a row, zeros up to its own index.
  private var reflections: [Double]
  private var betas: [Double]

  init(_ matrix: [Double], _ n: Int) {
    self.n = n
    var a = matrix
    (diagonal, beside) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    (reflections, betas) = ([Double](repeating: 0, count: n * n), [Double](repeating: 0, count: n))
    var (v, w) = (diagonal, diagonal)
    for k in 0..<n {
      diagonal[k] = a[k * n + k]
      guard k + 1 < n else { break }
      let first = a[k * n + k + 1]
      var rest = 0.0
      for j in k + 1..<n {
        v[j] = a[k * n + j]
        if j > k + 1 { rest += v[j] * v[j] }
      }
      guard rest > 0 else {
        beside[k] = first
        continue
      }
      let square = first * first + rest
      let alpha = first > 0 ? -square.squareRoot() : square.squareRoot()
      beside[k] = alpha
      v[k + 1] -= alpha
      let beta = 1 / (square - first * alpha)  // 2 / vᵀv
      var projection = 0.0
      for i in k + 1..<n {
        w[i] = beta * along(a, i * n, v, k + 1, n)
        projection += w[i] * v[i]
      }
      let share = beta / 2 * projection
      for j in k + 1..<n { w[j] -= share * v[j] }
      for i in k + 1..<n { subtract(&a, i * n, v[i], w, w[i], v, k + 1, n) }
      for j in k + 1..<n { reflections[k * n + j] = v[j] }
      betas[k] = beta
    }
  }

  /// The transpose of the product of all reflections: a row for each direction of the tridiagonal matrix.
  func basis() -> [Double] {
    // Q = H₀ H₁ … from the last factor on; the earlier rows and columns are still those of the identity.
    var q = [Double](repeating: 0, count: n * n)
    for i in 0..<n { q[i * n + i] = 1 }
    var sums = [Double](repeating: 0, count: n)
    for k in (0..<n).reversed() where betas[k] != 0 {
      for j in k + 1..<n { sums[j] = 0 }
      for i in k + 1..<n { add(&sums, 0, -reflections[k * n + i], q, i * n, k + 1, n) }
      for i in k + 1..<n { add(&q, i * n, betas[k] * reflections[k * n + i], sums, 0, k + 1, n) }
    }
    var rows = q
    for i in 0..<n { for j in 0..<n { rows[j * n + i] = q[i * n + j] } }
    return rows
  }
}

/// Σ a[start + j] x[j] for j in column..<n.
private func along(_ a: [Double], _ start: Int, _ x: [Double], _ column: Int, _ n: Int) -> Double {
  let (row, x) = (a.span.extracting(start + column..<start + n), x.span.extracting(column..<n))
  var (even, odd) = (0.0, 0.0)
  var j = 0
  while j + 2 <= row.count {
    even += row[j] * x[j]
    odd += row[j + 1] * x[j + 1]
    j += 2
  }
  if j < row.count { even += row[j] * x[j] }
  return even + odd
}

/// a[start + j] −= p x[j] + q y[j] for j in column..<n.
private func subtract(
  _ a: inout [Double], _ start: Int, _ p: Double, _ x: [Double], _ q: Double, _ y: [Double], _ column: Int,
  _ n: Int
) {
  let (x, y) = (x.span.extracting(column..<n), y.span.extracting(column..<n))
  var all = a.mutableSpan
  var row = all._mutatingExtracting(start + column..<start + n)
  for j in row.indices { row[j] -= p * x[j] + q * y[j] }
}

/// a[start + j] += factor x[from + j] for j in column..<n.
private func add(
  _ a: inout [Double], _ start: Int, _ factor: Double, _ x: [Double], _ from: Int, _ column: Int, _ n: Int
) {
  let x = x.span.extracting(from + column..<from + n)
  var all = a.mutableSpan
  var row = all._mutatingExtracting(start + column..<start + n)
  for j in row.indices { row[j] += factor * x[j] }
}

/// Turns rows `index` and the next in their plane.
private func rotate(_ rows: inout [Double], _ index: Int, _ n: Int, _ cosine: Double, _ sine: Double) {
  var all = rows.mutableSpan
  let (first, second) = (index * n, (index + 1) * n)
  for j in 0..<n {
    let (a, b) = (all[first + j], all[second + j])
    all[second + j] = sine * a + cosine * b
    all[first + j] = cosine * a - sine * b
  }
}
