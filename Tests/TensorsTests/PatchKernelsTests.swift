import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// The kernels of sparse codes and of double-precision products, every variant against its formula.
@Suite struct PatchKernelsTests {
  @Test("active columns are those that reach the threshold, in order", arguments: kernelVariants)
  func activeColumns(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    let (rows, columns, threshold) = (5, 48, 0.3 as Float)
    var x = draws(rows * columns, 1)
    (x[3], x[50], x[60]) = (threshold, threshold.nextDown, .nan)
    var active = [UInt16](repeating: 0, count: 2 + rows * columns)
    var ends = [Int32](repeating: 0, count: rows)
    let last = unsafe kernels.active_columns(x, rows, columns, threshold, &active, 2, &ends)
    var expected: [UInt16] = [0, 0]
    for row in 0..<rows {
      expected += (0..<columns).filter { x[row * columns + $0] >= threshold }.map(UInt16.init)
      #expect(Int(ends[row]) == expected.count)
    }
    #expect(last == expected.count && Array(active.prefix(last)) == expected)
  }

  @Test("sums of active rows, and counts of pairs", arguments: kernelVariants, [16, 48, 64, 144])
  func sums(variant: String, columns: Int) throws {
    let kernels = try unsafe kernels(variant)
    let lists: [[UInt16]] = [[0, 3, 4], [], [2], [1, 2, 4]]
    let (active, offset) = (lists.flatMap { $0 }, draws(columns, 2))
    let ends = lists.indices.map { index in Int32(lists[...index].reduce(0) { $0 + $1.count }) }
    let matrix = draws(5 * columns, 3)
    var y = [Float](repeating: .nan, count: lists.count * columns)
    unsafe kernels.sum_active_rows(matrix, columns, offset, active, ends, lists.count, &y)
    for (row, list) in lists.enumerated() {
      for column in 0..<columns {
        let sum = list.reduce(Double(offset[column])) { $0 + Double(matrix[Int($1) * columns + column]) }
        #expect(abs(Double(y[row * columns + column]) - sum) < 1e-5)
      }
    }
    var pairs = [Float](repeating: 0, count: 5 * 5)
    unsafe kernels.count_pairs(active, ends, lists.count, 1, 0, 4, 5, &pairs)
    for a in 0..<5 {
      for b in 0..<5 {
        let both = lists.count { $0.contains(UInt16(a)) && $0.contains(UInt16(b)) }
        #expect(pairs[a * 5 + b] == (a < 4 ? Float(both) : 0))
      }
    }
  }

  @Test("rows get length 1, or less where they are short", arguments: kernelVariants, [1, 16, 23, 128])
  func normalizedRows(variant: String, columns: Int) throws {
    let kernels = try unsafe kernels(variant)
    let x = draws(2 * columns, 4).map { $0 + 0.01 } + [Float](repeating: 0, count: columns)
    var y = x
    unsafe kernels.normalize_rows(&y, 3, columns, 1e-3)
    for row in 0..<3 {
      let range = row * columns..<(row + 1) * columns
      let norm = x[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      for index in range { #expect(abs(Double(y[index]) - Double(x[index]) / max(norm, 1e-3)) < 1e-5) }
    }
  }

  @Test("double-precision products have the same bits in every variant", arguments: kernelVariants)
  func doubles(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    let (rows, depth, width) = (19, 37, Int(CK_DOUBLE_PANEL))
    let x = draws(rows * depth, 5).map(Double.init)
    let panel = draws(depth * width, 6).map(Double.init)
    var y = draws(rows * width, 7).map(Double.init)
    var expected = y
    for i in 0..<rows {
      for c in 0..<width {
        for k in 0..<depth { expected[i * width + c] += x[i * depth + k] * panel[k * width + c] }
      }
    }
    unsafe kernels.multiply_doubles(x, depth, rows, depth, panel, &y, width)
    #expect(y == expected)
  }
}
