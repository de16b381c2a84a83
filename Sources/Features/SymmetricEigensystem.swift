/// The eigenvalues of a real symmetric matrix, ascending, and an orthonormal eigenvector for each.
///
/// Shapes: matrix (n, n), values (n), vectors (n, n) with an eigenvector in each row; all NaN when the matrix is not
/// finite. Complexity: about 7 n³ operations on the calling thread.
/// Source: Golub, Van Loan, algorithms 8.3.1 and 8.3.3: Householder's reduction, whose reflections are kept, and QL with
/// implicit shifts, whose rotations are applied to them.
/// - Precondition: `matrix.count == n * n`.
package func symmetricEigensystem(_ matrix: [Double], _ n: Int) -> (values: [Double], vectors: [Double]) {
  precondition(n >= 0 && matrix.count == n * n, "\(matrix.count) numbers for a matrix of side \(n)")
  guard let (matrix, scale) = scaledToOne(matrix) else {
    return ([Double](repeating: .nan, count: n), [Double](repeating: .nan, count: n * n))
  }
  var reduction = TridiagonalReduction(matrix, n, keepsReflections: true)
  var rows = reduction.basis()
  diagonalise(&reduction.diagonal, &reduction.offDiagonal) { index, cosine, sine in
    rotate(&rows, index, n, cosine, sine)
  }
  let order = (0..<n).sorted { (reduction.diagonal[$0], $0) < (reduction.diagonal[$1], $1) }
  return (
    order.map { reduction.diagonal[$0] * scale }, order.flatMap { rows[$0 * n..<($0 + 1) * n] }
  )
}

/// Rotates rows `index` and `index + 1` in their plane.
private func rotate(_ rows: inout [Double], _ index: Int, _ n: Int, _ cosine: Double, _ sine: Double) {
  var all = rows.mutableSpan
  let (first, second) = (index * n, (index + 1) * n)
  for j in 0..<n {
    let (a, b) = (all[first + j], all[second + j])
    all[second + j] = sine * a + cosine * b
    all[first + j] = cosine * a - sine * b
  }
}
