import CSiamKernels

/// A dense matrix in double precision, row by row.
///
/// Products are sums in the order of the inner index, each term rounded twice: they have the same bits on every
/// processor and on any number of threads.
package struct Matrix: Sendable, Equatable {
  package let rows, columns: Int
  package var values: [Double]

  /// - Precondition: `values.count == rows * columns`.
  package init(_ rows: Int, _ columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows)×\(columns)")
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  package init(zeros rows: Int, _ columns: Int) {
    self.init(rows, columns, [Double](repeating: 0, count: rows * columns))
  }

  /// `diagonal` on the diagonal, zeros elsewhere.
  package init(diagonal: [Double]) {
    self.init(zeros: diagonal.count, diagonal.count)
    for (index, value) in diagonal.enumerated() { values[index * columns + index] = value }
  }

  package var transposed: Matrix {
    var result = Matrix(zeros: columns, rows)
    let from = values.span
    var to = result.values.mutableSpan
    for row in 0..<rows {
      for column in 0..<columns { to[column * rows + row] = from[row * columns + column] }
    }
    return result
  }

  /// Rows `range` as a matrix.
  package subscript(rows range: Range<Int>) -> Matrix {
    Matrix(range.count, columns, Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// Columns `range` as a matrix.
  package subscript(columns range: Range<Int>) -> Matrix {
    var result = Matrix(zeros: rows, range.count)
    for row in 0..<rows {
      let from = row * columns + range.lowerBound
      result.values.replaceSubrange(
        row * range.count..<(row + 1) * range.count, with: values[from..<from + range.count])
    }
    return result
  }

  /// Complexity: 2 · rows · columns · other.columns operations, over the threads.
  package static func * (a: Matrix, b: Matrix) -> Matrix {
    var result = Matrix(zeros: a.rows, b.columns)
    result.add(a, b)
    return result
  }

  /// self += factor · a · b, as the product of a with the multiple of b.
  package mutating func add(_ a: Matrix, _ b: Matrix, times factor: Double = 1) {
    precondition(a.columns == b.rows, "\(a.rows)×\(a.columns) times \(b.rows)×\(b.columns)")
    precondition(rows == a.rows && columns == b.columns, "a product of another shape than \(rows)×\(columns)")
    add(columns: 0..<a.columns, of: a, by: PackedDoubles(b, times: factor), toColumn: 0)
  }

  /// a · b for a matrix that serves many products.
  package static func * (a: Matrix, b: PackedDoubles) -> Matrix {
    var result = Matrix(zeros: a.rows, b.columns)
    result.add(columns: 0..<a.columns, of: a, by: b, toColumn: 0)
    return result
  }

  /// Columns first... += a's columns · b.
  private mutating func add(columns range: Range<Int>, of a: Matrix, by b: PackedDoubles, toColumn first: Int)
  {
    precondition(range.count == b.depth && first + b.columns <= columns, "a product of other shapes")
    guard !range.isEmpty else { return }
    let (count, width) = (rows, columns)
    unsafe a.values.withUnsafeBufferPointer { x in
      unsafe values.withUnsafeMutableBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        unsafe b.multiply(
          x + range.lowerBound, rowStep: a.columns, rows: count, addingTo: y + first, rowStep: width)
      }
    }
  }

  /// Columns first... += some of this matrix's own other columns · b.
  mutating func add(columns range: Range<Int>, of b: PackedDoubles, toColumn first: Int) {
    precondition(range.count == b.depth && first + b.columns <= columns, "a product of other shapes")
    guard !range.isEmpty else { return }
    let (count, width) = (rows, columns)
    unsafe values.withUnsafeMutableBufferPointer { y in
      guard let y = y.baseAddress else { return }
      unsafe b.multiply(
        y + range.lowerBound, rowStep: width, rows: count, addingTo: y + first, rowStep: width)
    }
  }
}
