import Glibc
import SiamTensors

/// How the variation of features is spread over directions: the singular values of their centred, L2-normalised rows.
///
/// Source: Li, Efros, Pathak (2022).
package struct Spectrum: Sendable, Equatable {
  /// The singular values, largest first: min(N, D) of them.
  package let singularValues: [Double]

  package init(singularValues: [Double]) { self.singularValues = singularValues }

  /// The spectrum of some rows (N, D), which are normalised to length 1 and centred first.
  ///
  /// Complexity: min(N, D)² · max(N, D); a sample of a thousand rows or so is enough.
  /// - Precondition: `rows.count` is a multiple of `dimension`.
  package init(_ rows: [Float], dimension: Int) {
    self.init(centred: UnitRows(rows, dimension: dimension).centred(), dimension: dimension)
  }

  init(centred rows: [Double], dimension: Int) {
    let count = rows.count / dimension
    let side = min(count, dimension)
    // The smaller of the products x·xᵀ and xᵀ·x has all eigenvalues that are not 0. In double precision: a single value
    // of 1 beside 500 rounding errors of 1e-4 would read as rank 3.
    let product = squares(count < dimension ? transposed(rows, count, dimension) : rows, columns: side)
    let eigenvalues = symmetricEigenvalues(product, side)
    // Rows that single precision cannot tell apart have no directions.
    let scale = Double(count).squareRoot()
    let values = eigenvalues.reversed().map { $0.isNaN ? $0 : max($0, 0).squareRoot() }
    singularValues = (values.first ?? 0) < 1e-6 * scale ? values.map { _ in 0 } : values
  }

  /// exp(entropy of σ / Σσ): 1 when all variation lies along one direction, D when it is even, 0 without variation, NaN
  /// when a singular value is.
  ///
  /// Source: Roy, Vetterli (2007).
  package var effectiveRank: Double {
    let sum = singularValues.reduce(0, +)
    guard sum > 0 || sum.isNaN else { return 0 }
    return exp(-singularValues.reduce(0) { $1 > 0 ? $0 + $1 / sum * log($1 / sum) : $0 + 0 * $1 })
  }
}

private func transposed(_ rows: [Double], _ count: Int, _ dimension: Int) -> [Double] {
  var result = [Double](repeating: 0, count: rows.count)
  for row in 0..<count {
    for column in 0..<dimension { result[column * count + row] = rows[row * dimension + column] }
  }
  return result
}

/// aᵀ·a of a matrix with that many columns, blocks of the result's rows in parallel.
private func squares(_ a: [Double], columns: Int) -> [Double] {
  let (rows, block) = (columns == 0 ? 0 : a.count / columns, 16)
  let parts = parallelMap((columns + block - 1) / block) { index in
    let mine = index * block..<min((index + 1) * block, columns)
    var part = [Double](repeating: 0, count: mine.count * columns)
    let a = a.span
    for row in 0..<rows {
      let x = a.extracting(row * columns..<(row + 1) * columns)
      for i in mine {
        var all = part.mutableSpan
        // The matrix is symmetric: from the diagonal on.
        let start = (i - mine.lowerBound) * columns
        var target = all._mutatingExtracting(start + i..<start + columns)
        let (factor, tail) = (x[i], x.extracting(i..<columns))
        for j in tail.indices { target[j] += factor * tail[j] }
      }
    }
    return part
  }
  var result = Array(parts.joined())
  for i in 0..<columns {
    for j in 0..<i { result[i * columns + j] = result[j * columns + i] }
  }
  return result
}
