import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// The kernels of sparse codes and of double-precision products, every variant against its formula.
@Suite struct PatchKernelsTests {
  @Test(
    "atoms are reached where the sum of products is at the threshold, ascending", arguments: kernelVariants,
    [(1, 16, 16), (8, 48, 48), (19, 48, 2048), (30, 64, 32)])
  func reachedAtoms(variant: String, shape: (rows: Int, depth: Int, columns: Int)) throws {
    let kernels = try unsafe kernels(variant)
    let (rows, depth, columns) = shape
    var generator = CounterGenerator(UInt64(rows + depth + columns))
    // The largest that there are, too: no pair of products may leave 16 bits.
    let x = (0..<rows * depth).map { _ in
      [1, 64, 127, UInt8(generator.next() % 127 + 1)][Int(generator.next() % 4)]
    }
    let w = (0..<columns * depth).map { _ in
      [-127, 127, Int8(Int(generator.next() % 255) - 127)][Int(generator.next() % 3)]
    }
    var panels = w
    for j in 0..<columns {
      for k in 0..<depth {
        panels[((j / 16 * depth / 4 + k / 4) * 16 + j % 16) * 4 + k % 4] = w[j * depth + k]
      }
    }
    func sum(_ i: Int, _ j: Int) -> Int32 {
      (0..<depth).reduce(0) { $0 + Int32(x[i * depth + $1]) * Int32(w[j * depth + $1]) }
    }
    // Half of the thresholds are met exactly by some row.
    let thresholds = (0..<columns).map { $0 % 2 == 0 ? sum($0 % rows, $0) : sum($0 % rows, $0) + 1 }
    var bits = [UInt16](repeating: 0xFFFF, count: rows * columns / 16)
    let found = unsafe kernels.reached_atoms(x, rows, depth, panels, columns, thresholds, &bits)
    var active = [UInt16](repeating: 0, count: found)
    var ends = [Int32](repeating: 0, count: rows)
    unsafe kernels.list_atoms(bits, rows, columns, &active, &ends)
    var expected: [UInt16] = []
    for i in 0..<rows {
      expected += (0..<columns).filter { sum(i, $0) >= thresholds[$0] }.map(UInt16.init)
      #expect(Int(ends[i]) == expected.count)
    }
    #expect(found == expected.count && active == expected)
  }

  @Test("numbers become bytes around 64, rounded, within 1 and 127", arguments: kernelVariants)
  func bytes(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    let x: [Float] = [0, 0.004, 0.005, -0.005, 0.0949, -0.6, 0.6, 3, -3] + draws(40, 6)
    var y = [UInt8](repeating: 0, count: x.count)
    unsafe kernels.to_bytes(x, x.count, 105, &y)
    for (value, byte) in zip(x, y) {
      #expect(Int(byte) == 64 + Int(max(-63, min(63, value * 105)).rounded(.toNearestOrAwayFromZero)))
    }
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
