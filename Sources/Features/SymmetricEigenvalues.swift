import Glibc

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
  var reduction = TridiagonalReduction(matrix.map { $0 / largest }, n)
  diagonalise(&reduction.diagonal, &reduction.beside)
  return reduction.diagonal.map { $0 * largest }.sorted()
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
