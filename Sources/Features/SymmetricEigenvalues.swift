import Glibc

/// The eigenvalues of a real symmetric matrix, ascending; all NaN when the matrix is not finite.
///
/// Shapes: matrix (n, n), row by row. Each eigenvalue is exact to a few rounding errors of the largest.
/// Complexity: about 2 n³ operations. Source: Golub, Van Loan, algorithms 8.3.1 and 8.3.3; EISPACK's tql1: Householder's
/// reduction to a tridiagonal matrix, then QL with implicit shifts.
/// - Precondition: `matrix.count == n * n`.
package func symmetricEigenvalues(_ matrix: [Double], _ n: Int) -> [Double] {
  precondition(n >= 0 && matrix.count == n * n, "\(matrix.count) numbers for a matrix of side \(n)")
  guard let (matrix, scale) = scaledToOne(matrix) else { return [Double](repeating: .nan, count: n) }
  var reduction = TridiagonalReduction(matrix, n)
  diagonalise(&reduction.diagonal, &reduction.offDiagonal)
  return reduction.diagonal.map { $0 * scale }.sorted()
}

/// A matrix divided by its largest absolute entry, so that no square over- or underflows; nil when it is not finite.
func scaledToOne(_ matrix: [Double]) -> (matrix: [Double], scale: Double)? {
  var largest = 0.0
  for value in matrix {
    guard value.isFinite else { return nil }
    largest = max(largest, abs(value))
  }
  let scale = largest > 0 ? largest : 1
  return (matrix.map { $0 / scale }, scale)
}

/// Turns the diagonal d of a tridiagonal matrix with off-diagonal e into its eigenvalues.
///
/// - Parameter rotate: called with each rotation, in the plane of `index` and `index + 1`, for whoever keeps the basis.
/// - Precondition: entries of absolute value 1 at most.
func diagonalise(
  _ d: inout [Double], _ e: inout [Double],
  rotate: (_ index: Int, _ cosine: Double, _ sine: Double) -> Void = { _, _, _ in }
) {
  let n = d.count
  for first in 0..<n {
    // About three rounds are enough; the limit only keeps an unforeseen matrix from stopping the program.
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
