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
  var reduction = TridiagonalReduction(matrix.map { $0 / scale }, n, keepsReflections: true)
  var rows = reduction.basis()
  diagonalise(&reduction.diagonal, &reduction.beside) { index, cosine, sine in
    rotate(&rows, index, n, cosine, sine)
  }
  let order = (0..<n).sorted { (reduction.diagonal[$0], $0) < (reduction.diagonal[$1], $1) }
  return (
    order.map { reduction.diagonal[$0] * scale }, order.flatMap { rows[$0 * n..<($0 + 1) * n] }
  )
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
