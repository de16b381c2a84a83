internal import Glibc

/// The eigenvalues of a real symmetric matrix, in ascending order.
///
/// Householder's reduction to a tridiagonal matrix, then QL with implicit shifts. Eigenvalues are exact to a few
/// roundings of the largest. When the matrix holds a number that is not finite, all of them are NaN.
/// Complexity: about 2 n³ operations. Source: Golub, Van Loan, algorithms 8.3.1 and 8.3.3; EISPACK's tql1.
/// - Parameter matrix: n x n, row by row; all of it is read.
/// - Precondition: `matrix.count == n * n`.
package func symmetricEigenvalues(_ matrix: [Double], _ n: Int) -> [Double] {
  precondition(n >= 0 && matrix.count == n * n, "\(matrix.count) numbers for a matrix of side \(n)")
  var largest = 0.0
  for value in matrix {
    guard value.isFinite else { return [Double](repeating: .nan, count: n) }
    largest = max(largest, abs(value))
  }
  guard largest > 0 else { return [Double](repeating: 0, count: n) }
  // Scaled to 1, no square under- or overflows.
  var (diagonal, beside) = tridiagonal(matrix.map { $0 / largest }, n)
  diagonalise(&diagonal, &beside)
  return diagonal.map { $0 * largest }.sorted()
}

/// The diagonal, and the n - 1 numbers beside it with a 0 behind, of a tridiagonal matrix of the same eigenvalues.
private func tridiagonal(_ matrix: [Double], _ n: Int) -> (diagonal: [Double], beside: [Double]) {
  var a = matrix
  var (diagonal, beside) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
  // Step k subtracts v·wᵀ + w·vᵀ from what lies below and right of k. The subtraction is left to the next pass over
  // the matrix, which needs every row anyway: one reading of memory a step.
  var (v, w) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
  var (next, p) = (v, v)
  for k in 0..<n {
    update(&a, row: k, from: k, n, v, w)
    diagonal[k] = a[k * n + k]
    guard k + 1 < n else { break }
    let first = a[k * n + k + 1]
    next[k + 1] = first
    var rest = 0.0
    for j in k + 2..<max(n, k + 2) {
      next[j] = a[k * n + j]
      rest += next[j] * next[j]
    }
    guard rest > 0 else {
      // Already tridiagonal here; the outstanding subtraction still has to be made.
      beside[k] = first
      for i in k + 1..<n { update(&a, row: i, from: k + 1, n, v, w) }
      for j in 0..<n { (v[j], w[j]) = (0, 0) }
      continue
    }
    let square = first * first + rest
    let alpha = first > 0 ? -square.squareRoot() : square.squareRoot()
    beside[k] = alpha
    next[k + 1] -= alpha
    let beta = 1 / (square - first * alpha)  // 2 / vᵀv
    var projection = 0.0
    for i in k + 1..<n {
      update(&a, row: i, from: k + 1, n, v, w)
      p[i] = beta * dot(a, i * n, next, k + 1, n)
      projection += p[i] * next[i]
    }
    let share = beta / 2 * projection
    for j in k + 1..<n { (v[j], w[j]) = (next[j], p[j] - share * next[j]) }
    (v[k], w[k]) = (0, 0)
  }
  return (diagonal, beside)
}

/// Row -= v[row]·wᵀ + w[row]·vᵀ, from a column on.
private func update(
  _ a: inout [Double], row: Int, from column: Int, _ n: Int, _ v: [Double], _ w: [Double]
) {
  let (vi, wi) = (v[row], w[row])
  if vi == 0, wi == 0 { return }
  let (v, w) = (v.span.extracting(column..<n), w.span.extracting(column..<n))
  var all = a.mutableSpan
  var target = all._mutatingExtracting(row * n + column..<row * n + n)
  for j in v.indices { target[j] -= vi * w[j] + wi * v[j] }
}

/// Σ a[start + j]·x[j] for j in column..<n.
private func dot(_ a: [Double], _ start: Int, _ x: [Double], _ column: Int, _ n: Int) -> Double {
  let (row, x) = (a.span.extracting(start + column..<start + n), x.span.extracting(column..<n))
  var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
  var j = 0
  while j + 4 <= row.count {
    s0 += row[j] * x[j]
    s1 += row[j + 1] * x[j + 1]
    s2 += row[j + 2] * x[j + 2]
    s3 += row[j + 3] * x[j + 3]
    j += 4
  }
  while j < row.count {
    s0 += row[j] * x[j]
    j += 1
  }
  return (s0 + s1) + (s2 + s3)
}

/// Turns the diagonal into the eigenvalues. The entries are of size 1 at most.
///
/// - Parameter rotate: told of each rotation, in the plane of `index` and the next, which turns the basis as well.
func diagonalise(
  _ d: inout [Double], _ e: inout [Double],
  rotate: (_ index: Int, _ cosine: Double, _ sine: Double) -> Void = { _, _, _ in }
) {
  let n = d.count
  for first in 0..<n {
    // Three rounds are usual; the bound only keeps an unforeseen matrix from holding up the program.
    for _ in 0..<100 {
      var last = first
      while last + 1 < n, abs(e[last]) > .ulpOfOne / 2 * (abs(d[last]) + abs(d[last + 1])),
        abs(e[last]) > 1e-290
      {
        last += 1
      }
      if last == first { break }
      let half = (d[first + 1] - d[first]) / (2 * e[first])
      let root = hypot(half, 1)
      var g = d[last] - d[first] + e[first] / (half + (half < 0 ? -root : root))
      var (sine, cosine, shift, split) = (1.0, 1.0, 0.0, false)
      for i in stride(from: last - 1, through: first, by: -1) {
        let (f, b) = (sine * e[i], cosine * e[i])
        let r = hypot(f, g)
        e[i + 1] = r
        if r == 0 {
          d[i + 1] -= shift
          e[last] = 0
          split = true
          break
        }
        (sine, cosine) = (f / r, g / r)
        g = d[i + 1] - shift
        let t = (d[i] - g) * sine + 2 * cosine * b
        shift = sine * t
        d[i + 1] = g + shift
        g = cosine * t - b
        rotate(i, cosine, sine)
      }
      if split { continue }
      d[first] -= shift
      e[first] = g
      e[last] = 0
    }
  }
}
