import CSiamKernels

/// A matrix in the layout of the kernels: panels of 16 columns, each of shape (depth, 16), the last one padded with zeros.
///
/// A matrix is packed once for any number of products.
package struct PackedMatrix: Sendable {
  /// Rows and columns of the matrix that was packed.
  package let depth, columns: Int
  /// The elements; shape (panels, depth, 16).
  package let panels: Buffer

  /// A matrix that is packed already.
  package init(depth: Int, columns: Int, panels: Buffer) {
    (self.depth, self.columns, self.panels) = (depth, columns, panels)
  }

  /// Packs element (k, c) = source[k * rowStep + c * columnStep]: steps (columns, 1) pack the matrix itself, steps (1, depth)
  /// the transpose of a matrix of shape (columns, depth).
  package init(
    _ source: UnsafePointer<Float>, depth: Int, columns: Int, rowStep: Int, columnStep: Int
  ) {
    let width = Int(CK_PANEL)
    self.init(
      depth: depth, columns: columns, panels: Buffer(count: (columns + width - 1) / width * width * depth))
    let (from, to) = (UInt(bitPattern: source), panels)
    parallelFor(0..<columns, by: width) { part in
      guard let from = unsafe UnsafePointer<Float>(bitPattern: from) else { return }
      let first = part.lowerBound
      unsafe ck_pack(
        from + first * columnStep, depth, part.count, rowStep, columnStep,
        to.base + first * depth)
    }
  }

  /// Packs a matrix of shape (depth, columns).
  package init(_ matrix: Tensor) {
    unsafe self.init(
      matrix.buffer.base, depth: matrix.rows, columns: matrix.channels, rowStep: matrix.channels,
      columnStep: 1)
  }

  /// Packs the transpose of a matrix of shape (columns, depth).
  package init(transposing matrix: Tensor) {
    unsafe self.init(
      matrix.buffer.base, depth: matrix.channels, columns: matrix.rows, rowStep: 1,
      columnStep: matrix.channels)
  }
}

/// The product x · matrix + bias, computed by all threads.
///
/// Shapes: x (N, depth), matrix (depth, columns), bias (columns), result (N, columns). The shapes alone fix the order of the
/// sums.
package func product(_ x: Tensor, _ matrix: PackedMatrix, bias: Tensor? = nil) -> Tensor {
  precondition(x.channels == matrix.depth, "\(x.shape) against (\(matrix.depth), \(matrix.columns))")
  let result = Tensor(uninitialized: [x.rows, matrix.columns])
  let (from, to, bias) = (x.buffer, result.buffer, bias?.buffer)
  let (rows, depth, columns) = (x.rows, matrix.depth, matrix.columns)
  parallelFor(0..<rows, by: 16) { part in
    let first = part.lowerBound
    unsafe multiply(
      rows: part.count, from.base + first * depth, matrix, bias: bias?.base,
      to: to.base + first * columns)
  }
  return result
}

/// xᵀ · y, added to `sums`, computed by all threads.
///
/// Shapes: x (N, rows), y (N, columns), sums (rows, columns).
package func addTransposedProduct(_ x: Tensor, _ y: Tensor, to sums: UnsafeMutablePointer<Float>) {
  precondition(x.rows == y.rows, "\(x.shape) and \(y.shape)")
  let (from, gradient, to) = (x.buffer, y.buffer, UInt(bitPattern: sums))
  let (count, rows, columns) = (x.rows, x.channels, y.channels)
  parallelFor(0..<rows, by: 16) { some in
    guard let to = unsafe UnsafeMutablePointer<Float>(bitPattern: to) else { return }
    var patches = unsafe ck_patches(
      input: from.base, rows: 1, columns: count, row_step: 0, pixel_step: rows, runs: 1, length: rows,
      run_step: 0)
    unsafe ck_kernels().pointee.accumulate_outer(
      &patches, some.lowerBound, some.upperBound, gradient.base, 0, columns, to)
  }
}

/// xᵀ · y, computed by all threads.
///
/// Shapes: x (N, rows), y (N, columns), the result (rows, columns).
package func transposedProduct(_ x: Tensor, _ y: Tensor) -> Tensor {
  var result = Tensor(zeros: [x.channels, y.channels])
  let to = result.unique()
  unsafe addTransposedProduct(x, y, to: to.base)
  return result
}

/// The product of some rows on the calling thread.
///
/// Shapes: x (rows, depth), matrix (depth, columns), bias (columns), y (rows, columns).
package func multiply(
  rows: Int, _ x: UnsafePointer<Float>, _ matrix: PackedMatrix, bias: UnsafePointer<Float>? = nil,
  to y: UnsafeMutablePointer<Float>
) {
  var patches = unsafe ck_patches(
    input: x, rows: 1, columns: rows, row_step: 0, pixel_step: matrix.depth, runs: 1, length: matrix.depth,
    run_step: 0)
  unsafe ck_kernels().pointee.multiply(
    &patches, matrix.panels.base, matrix.columns, bias, 0, y, 0, matrix.columns)
}
