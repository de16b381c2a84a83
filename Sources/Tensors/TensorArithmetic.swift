/// x · factor, element by element.
package func scaled(_ x: Tensor, by factor: Float) -> Tensor {
  guard factor != 1 else { return x }
  var result = x
  result.withMutableSpan { for index in $0.indices { $0[index] *= factor } }
  return result
}

/// a + b, or b alone where there is no a yet.
package func sum(_ a: Tensor?, _ b: Tensor) -> Tensor {
  guard var result = a else { return b }
  precondition(result.shape == b.shape, "\(result.shape) plus \(b.shape)")
  result.withMutableSpan { to in b.withSpan { for index in to.indices { to[index] += $0[index] } } }
  return result
}

/// Moves an average: x ← m x + (1 − m) y, exactly y for m = 0.
package func follow(_ x: inout Tensor, _ y: Tensor, momentum m: Float) {
  precondition(x.shape == y.shape, "\(x.shape) cannot follow \(y.shape)")
  guard m != 0 else {
    x = y
    return
  }
  x.withMutableSpan { x in
    y.withSpan { for index in x.indices { x[index] = m * x[index] + (1 - m) * $0[index] } }
  }
}

/// The transpose of a matrix.
package func transposed(_ x: Tensor) -> Tensor {
  let (rows, columns) = (x.rows, x.channels)
  var result = Tensor(uninitialized: [columns, rows])
  result.withMutableSpan { to in
    x.withSpan { x in
      for row in 0..<rows {
        for column in 0..<columns { to[column * rows + row] = x[row * columns + column] }
      }
    }
  }
  return result
}

/// The cross-correlation of columns, 1/N xᵀ y over N rows, without centring.
///
/// Shapes: x (N, C) and y (N, D), the result (C, D).
package func crossCorrelation(_ x: Tensor, _ y: Tensor) -> Tensor {
  precondition(x.rows == y.rows, "\(x.rows) rows against \(y.rows)")
  return scaled(product(transposed(x), PackedMatrix(y)), by: 1 / Float(x.rows))
}

/// The columns of x less their means, which are taken in double precision.
package func centredColumns(_ x: Tensor) -> Tensor {
  let (rows, columns) = (x.rows, x.channels)
  var means = [Double](repeating: 0, count: columns)
  x.forEachRow { _, x in for column in x.indices { means[column] += Double(x[column]) / Double(rows) } }
  var result = x
  result.updateRows { _, x in
    for column in x.indices { x[column] = Float(Double(x[column]) - means[column]) }
  }
  return result
}

/// Each row scaled to length 1, and the lengths before, which are held at 1e-8 and above.
package func unitRows(_ x: Tensor) -> (unit: Tensor, lengths: [Double]) {
  var lengths: [Double] = []
  var unit = x
  unit.updateRows(with: x) { _, unit, x in
    let length = max(dot(x, x).squareRoot(), 1e-8)
    for index in x.indices { unit[index] = Float(Double(x[index]) / length) }
    lengths.append(length)
  }
  return (unit, lengths)
}

/// Σ aᵢ bᵢ, in double precision and in order.
package func dot(_ a: Span<Float>, _ b: Span<Float>) -> Double {
  precondition(a.count == b.count, "\(a.count) elements against \(b.count)")
  var sum = 0.0
  for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
  return sum
}

extension Tensor {
  /// The identity matrix of that many rows.
  package static func identity(_ side: Int) -> Tensor {
    var result = Tensor(zeros: [side, side])
    result.updateRows { row, elements in elements[row] = 1 }
    return result
  }

  /// The rows of several matrices, one below the other.
  ///
  /// - Precondition: matrices of the same number of columns.
  package init(stacking parts: [Tensor]) {
    precondition(Set(parts.map(\.channels)).count == 1, "\(parts.map(\.shape)) cannot be stacked")
    self.init([parts.reduce(0) { $0 + $1.rows }, parts[0].channels], parts.flatMap(\.values))
  }

  /// Some rows of a matrix, in the order of the indices.
  package func rows(at indices: some Collection<Int>) -> Tensor {
    var result = Tensor(uninitialized: [indices.count, channels])
    let (columns, indices) = (channels, Array(indices))
    withSpan { from in
      result.updateRows { row, to in
        let source = from.extracting(indices[row] * columns..<(indices[row] + 1) * columns)
        for column in to.indices { to[column] = source[column] }
      }
    }
    return result
  }

  /// Puts the rows of another matrix at the indices, in order.
  ///
  /// - Precondition: as many indices as rows, none twice.
  package mutating func setRows(at indices: [Int], to rows: Tensor) {
    precondition(indices.count == rows.rows && channels == rows.channels, "\(rows.shape) into \(shape)")
    let columns = channels
    withMutableSpan { to in
      rows.forEachRow { row, from in
        let start = indices[row] * columns
        for column in from.indices { to[start + column] = from[column] }
      }
    }
  }

  /// Reads the rows in order.
  package func forEachRow(_ body: (Int, Span<Float>) -> Void) {
    let columns = channels
    withSpan { all in
      for row in 0..<rows { body(row, all.extracting(row * columns..<(row + 1) * columns)) }
    }
  }

  /// Changes the rows in order.
  package mutating func updateRows(_ body: (Int, inout MutableSpan<Float>) -> Void) {
    let (rows, columns, base) = unsafe (self.rows, channels, unique().base)
    for row in 0..<rows {
      let elements = unsafe UnsafeMutableBufferPointer(start: base + row * columns, count: columns)
      var span = unsafe elements.mutableSpan
      body(row, &span)
    }
  }

  /// Changes the rows in order, each in view of another tensor's row.
  ///
  /// - Precondition: tensors of one shape.
  package mutating func updateRows(
    with other: Tensor, _ body: (Int, inout MutableSpan<Float>, Span<Float>) -> Void
  ) {
    precondition(shape == other.shape, "\(shape) with \(other.shape)")
    let columns = channels
    other.withSpan { other in
      updateRows { row, elements in
        body(row, &elements, other.extracting(row * columns..<(row + 1) * columns))
      }
    }
  }
}
