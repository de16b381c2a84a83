import CSiamKernels

/// A matrix laid out for the kernels: panels of 16 columns, each (depth, 16), the last one filled up with zeros.
///
/// Packed once, it serves any number of products.
package struct PackedMatrix: Sendable {
  /// Rows and columns of the matrix that was packed.
  package let depth, columns: Int
  package let panels: Buffer

  package init(depth: Int, columns: Int, panels: Buffer) {
    (self.depth, self.columns, self.panels) = (depth, columns, panels)
  }

  /// Packs element (k, c) = source[k * rowStep + c * columnStep]: steps (columns, 1) take the matrix as it stands,
  /// (1, rows) its transpose.
  package init(
    _ source: UnsafePointer<Float>, depth: Int, columns: Int, rowStep: Int, columnStep: Int
  ) {
    let width = Int(CK_PANEL)
    self.init(
      depth: depth, columns: columns, panels: Buffer(count: (columns + width - 1) / width * width * depth))
    let (from, to) = (UInt(bitPattern: source), panels)
    parallelFor(0..<columns, by: width) { some in
      guard let from = unsafe UnsafePointer<Float>(bitPattern: from) else { return }
      let first = some.lowerBound
      unsafe ck_pack(
        from + first * columnStep, depth, some.count, rowStep, columnStep,
        to.base + first * depth)
    }
  }

  /// - Precondition: a matrix.
  package init(_ matrix: Tensor) {
    unsafe self.init(
      matrix.buffer.base, depth: matrix.rows, columns: matrix.channels, rowStep: matrix.channels,
      columnStep: 1)
  }

  /// The transpose of a matrix.
  package init(transposing matrix: Tensor) {
    unsafe self.init(
      matrix.buffer.base, depth: matrix.channels, columns: matrix.rows, rowStep: 1,
      columnStep: matrix.channels)
  }
}

/// x · m: the rows of x against the columns of a packed matrix.
///
/// Shapes: x (N, depth), result (N, columns). The order of the sums is fixed by the shapes.
package func product(_ x: Tensor, _ matrix: PackedMatrix, bias: Tensor? = nil) -> Tensor {
  precondition(x.channels == matrix.depth, "\(x.shape) against (\(matrix.depth), \(matrix.columns))")
  let result = Tensor(uninitialized: [x.rows, matrix.columns])
  let (from, to, bias) = (x.buffer, result.buffer, bias?.buffer)
  let (rows, depth, columns) = (x.rows, matrix.depth, matrix.columns)
  parallelFor(0..<rows, by: 16) { some in
    let first = some.lowerBound
    unsafe multiply(
      rows: some.count, from.base + first * depth, matrix, bias: bias?.base,
      to: to.base + first * columns)
  }
  return result
}

/// One block of rows on the calling thread: `rows` rows of `matrix.depth` floats to rows of `matrix.columns`.
package func multiply(
  rows: Int, _ x: UnsafePointer<Float>, _ matrix: PackedMatrix, bias: UnsafePointer<Float>? = nil,
  to y: UnsafeMutablePointer<Float>
) {
  var patches = unsafe ck_patches(
    input: x, rows: 1, columns: rows, row_step: 0, pixel_step: matrix.depth, runs: 1, length: matrix.depth,
    run_step: 0)
  unsafe ck_multiply(&patches, matrix.panels.base, matrix.columns, bias, y, 0, matrix.columns)
}
