import CSiamKernels

/// A double-precision matrix laid out for the kernel: panels of 8 columns, each (depth, 8), the last one padded with
/// zeros.
package struct PackedDoubles: Sendable {
  package let depth, columns: Int
  private let panels: [Double]
  private static let width = Int(CK_DOUBLE_PANEL)
  /// Rows of a block whose slice of x stays in the second-level cache, and the depth of that slice.
  private static let (blockRows, blockDepth) = (64, 256)

  /// factor · matrix.
  package init(_ matrix: Matrix, times factor: Double = 1) {
    (depth, columns) = (matrix.rows, matrix.columns)
    let width = Self.width
    let count = (columns + width - 1) / width
    var packed = [Double](repeating: 0, count: count * depth * width)
    let from = matrix.values.span
    var to = packed.mutableSpan
    for k in 0..<depth {
      let row = from.extracting(k * columns..<(k + 1) * columns)
      for c in row.indices { to[(c / width * depth + k) * width + c % width] = factor * row[c] }
    }
    panels = packed
  }

  /// y += x · matrix for rows of `depth` and of `columns` values, over the threads.
  func multiply(
    _ x: UnsafePointer<Double>, rowStep xStep: Int, rows: Int, addingTo y: UnsafeMutablePointer<Double>,
    rowStep yStep: Int
  ) {
    let (x, y) = (UInt(bitPattern: x), UInt(bitPattern: y))
    parallelFor(0..<rows, by: Self.blockRows) { some in
      guard let x = unsafe UnsafePointer<Double>(bitPattern: x),
        let y = unsafe UnsafeMutablePointer<Double>(bitPattern: y)
      else { return }
      unsafe multiplyBlock(
        x + some.lowerBound * xStep, xStep, some.count, y + some.lowerBound * yStep, yStep)
    }
  }

  private func multiplyBlock(
    _ x: UnsafePointer<Double>, _ xStep: Int, _ rows: Int, _ y: UnsafeMutablePointer<Double>, _ yStep: Int
  ) {
    let width = Self.width
    var rest = [Double](repeating: 0, count: rows * width)
    unsafe panels.withUnsafeBufferPointer { panels in
      guard let panels = panels.baseAddress else { return }
      for k in stride(from: 0, to: depth, by: Self.blockDepth) {
        let part = min(Self.blockDepth, depth - k)
        for (index, c) in stride(from: 0, to: columns, by: width).enumerated() {
          let panel = unsafe panels + (index * depth + k) * width
          if c + width <= columns {
            unsafe ck_kernels().pointee.multiply_doubles(x + k, xStep, rows, part, panel, y + c, yStep)
          } else {
            // The kernel writes whole panels: the last columns go through a copy.
            let last = columns - c
            unsafe rest.withUnsafeMutableBufferPointer { rest in
              guard let rest = rest.baseAddress else { return }
              for row in 0..<rows {
                for j in 0..<last { unsafe rest[row * width + j] = y[row * yStep + c + j] }
              }
              unsafe ck_kernels().pointee.multiply_doubles(x + k, xStep, rows, part, panel, rest, width)
              for row in 0..<rows {
                for j in 0..<last { unsafe y[row * yStep + c + j] = rest[row * width + j] }
              }
            }
          }
        }
      }
    }
  }
}
