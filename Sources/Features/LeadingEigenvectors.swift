package import SiamTensors

/// The leading eigenpairs of a symmetric positive semidefinite operator, by subspace iteration with Chebyshev's filter.
///
/// Source: Zhou, Saad, Tiago, Chelikowsky 2006, "Self-consistent-field calculations using Chebyshev-filtered subspace
/// iteration"; Golub, Van Loan, section 8.2.
package struct LeadingEigenvectors: Sendable {
  /// (count), descending.
  package let values: [Double]
  /// (count, n), an orthonormal eigenvector a row.
  package let vectors: Matrix

  /// A residual counts against its own eigenvalue, but for those that are rounding errors of the largest.
  private static let (degree, rounds, tolerance, floor) = (8, 12, 1e-4, 1e-9)

  /// - Parameters:
  ///   - count: how many; at most n.
  ///   - apply: from rows x, (b, n), to rows A·x.
  package init(_ count: Int, side n: Int, seed: UInt64 = 0, applying apply: (Matrix) -> Matrix) {
    precondition((1...max(1, n)).contains(count), "\(count) eigenvectors of an operator of side \(n)")
    // More rows than asked for: the last ones converge slowly.
    let block = min(n, count + max(16, count / 8))
    var generator = CounterGenerator(seed, 0x6569_6765)
    var x = Matrix(block, n, (0..<block * n).map { _ in generator.fraction() - 0.5 })
    x.orthonormalizeRows()
    var (ritz, residual) = ([Double](), Double.infinity)
    for round in 0...Self.rounds {
      let image = apply(x)
      let system = symmetricEigensystem((x * image.transposed).symmetricPart.values, block)
      ritz = system.values.reversed()
      let turn = Matrix(block, block, system.vectors).rowsReversed
      x = turn * x
      let turned = turn * image
      residual = 0
      for row in 0..<count {
        var sum = 0.0
        for j in row * n..<(row + 1) * n {
          let difference = turned.values[j] - ritz[row] * x.values[j]
          sum += difference * difference
        }
        residual = max(residual, sum.squareRoot() / max(ritz[row], Self.floor * ritz[0]))
      }
      guard block < n, residual > Self.tolerance, round < Self.rounds else { break }
      x = Self.filtered(x, turned, below: max(ritz[block - 1], 1e-12 * ritz[0]), apply)
      x.orthonormalizeRows()
    }
    values = Array(ritz.prefix(count))
    vectors = x[rows: 0..<count]
  }

  /// Chebyshev's polynomial of A on [0, bound]: there it stays within 1, above it grows fastest.
  private static func filtered(
    _ x: Matrix, _ image: Matrix, below bound: Double, _ apply: (Matrix) -> Matrix
  ) -> Matrix {
    let half = bound / 2
    var (before, now) = (x, Matrix.combined(1 / half, image, -1, x))
    for _ in 1..<degree {
      let next = Matrix.combined(2 / half, apply(now), -2, now)
      (before, now) = (now, Matrix.combined(1, next, -1, before))
      // Rows may grow by many orders of magnitude; both are scaled alike.
      let scales = now.rowNorms.map { 1 / max($0, 1e-300) }
      now.scaleRows(scales)
      before.scaleRows(scales)
    }
    return now
  }
}

extension Matrix {
  /// a · x + b · y.
  fileprivate static func combined(_ a: Double, _ x: Matrix, _ b: Double, _ y: Matrix) -> Matrix {
    var result = x
    let (from, other) = (x.values.span, y.values.span)
    var to = result.values.mutableSpan
    for index in to.indices { to[index] = a * from[index] + b * other[index] }
    return result
  }

  fileprivate var rowNorms: [Double] {
    (0..<rows).map { row in
      let x = values.span.extracting(row * columns..<(row + 1) * columns)
      var sum = 0.0
      for index in x.indices { sum += x[index] * x[index] }
      return sum.squareRoot()
    }
  }

  fileprivate mutating func scaleRows(_ scales: [Double]) {
    let width = columns
    var all = values.mutableSpan
    for (row, scale) in scales.enumerated() {
      for index in row * width..<(row + 1) * width { all[index] *= scale }
    }
  }

  fileprivate var rowsReversed: Matrix {
    var result = Matrix(zeros: rows, columns)
    for row in 0..<rows {
      result.values.replaceSubrange(
        row * columns..<(row + 1) * columns,
        with: values[(rows - 1 - row) * columns..<(rows - row) * columns])
    }
    return result
  }

  fileprivate var symmetricPart: Matrix { Matrix.combined(0.5, self, 0.5, transposed) }

  /// Gram–Schmidt by blocks of rows, each twice. A row that depends on those before becomes a unit vector of rounding
  /// errors, made orthogonal like the others.
  package mutating func orthonormalizeRows() {
    let block = 16
    for start in stride(from: 0, to: rows, by: block) {
      var some = self[rows: start..<min(start + block, rows)]
      for _ in 0..<2 {
        if start > 0 {
          let done = self[rows: 0..<start]
          some.add(some * done.transposed, done, times: -1)
        }
        some.orthonormalizeFewRows()
      }
      values.replaceSubrange(start * columns..<(start + some.rows) * columns, with: some.values)
    }
  }

  private mutating func orthonormalizeFewRows() {
    let (count, width) = (rows, columns)
    var all = values.mutableSpan
    for row in 0..<count {
      for other in 0..<row {
        var along = 0.0
        for j in 0..<width { along += all[row * width + j] * all[other * width + j] }
        for j in 0..<width { all[row * width + j] -= along * all[other * width + j] }
      }
      var square = 0.0
      for j in 0..<width { square += all[row * width + j] * all[row * width + j] }
      let scale = 1 / max(square.squareRoot(), 1e-300)
      for j in 0..<width { all[row * width + j] *= scale }
    }
  }
}
