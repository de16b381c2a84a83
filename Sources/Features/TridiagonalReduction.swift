/// A tridiagonal matrix with the eigenvalues of a symmetric one, by Householder's reflections 1 − β v vᵀ.
///
/// Complexity: about 4/3 n³ operations, and as many again for the basis. Source: Golub, Van Loan, algorithm 8.3.1.
struct TridiagonalReduction {
  /// The side of the matrix.
  let n: Int
  /// The diagonal, and the n − 1 numbers next to it followed by a 0.
  var diagonal, offDiagonal: [Double]
  /// v of step k in row k, zeros up to index k, and its β; empty unless they are kept.
  private var reflections: [Double] = []
  private var betas: [Double] = []

  /// - Parameters:
  ///   - matrix: (n, n), row by row, of absolute values up to 1.
  ///   - keepsReflections: whether `basis()` will be called.
  init(_ matrix: [Double], _ n: Int, keepsReflections: Bool = false) {
    self.n = n
    var a = matrix
    (diagonal, offDiagonal) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    if keepsReflections {
      (reflections, betas) = ([Double](repeating: 0, count: n * n), diagonal)
    }
    // Step k subtracts v·wᵀ + w·vᵀ from the rows and columns after k. The next step does it on its own pass over the
    // matrix, so that each step reads memory once.
    var (v, w) = (diagonal, diagonal)
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
        // Already tridiagonal here; what the last step left to subtract is still due.
        offDiagonal[k] = first
        for i in k + 1..<n { update(&a, row: i, from: k + 1, n, v, w) }
        for j in 0..<n { (v[j], w[j]) = (0, 0) }
        continue
      }
      let square = first * first + rest
      let alpha = first > 0 ? -square.squareRoot() : square.squareRoot()
      offDiagonal[k] = alpha
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
      if keepsReflections {
        for j in k + 1..<n { reflections[k * n + j] = next[j] }
        betas[k] = beta
      }
    }
  }

  /// The transposed product of all reflections, (n, n): a row for each direction of the tridiagonal matrix.
  ///
  /// - Precondition: the reflections were kept.
  func basis() -> [Double] {
    precondition(betas.count == n, "the reflections were not kept")
    // Q = H₀ H₁ … from the last factor to the first; earlier rows and columns are still those of the identity.
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

/// Row −= v[row]·wᵀ + w[row]·vᵀ, from `column` on.
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

/// a[start + j] += factor·x[from + j] for j in column..<n.
private func add(
  _ a: inout [Double], _ start: Int, _ factor: Double, _ x: [Double], _ from: Int, _ column: Int, _ n: Int
) {
  let x = x.span.extracting(from + column..<from + n)
  var all = a.mutableSpan
  var row = all._mutatingExtracting(start + column..<start + n)
  for j in row.indices { row[j] += factor * x[j] }
}
