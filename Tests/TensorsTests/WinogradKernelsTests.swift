import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// The transforms of F(4x4, 3x3) against the matrices of Lavin and Gray (2016), in double precision.
@Suite struct WinogradKernelsTests {
  static let inputMatrix: [[Double]] = [
    [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ]
  static let weightMatrix: [[Double]] = [
    [1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6], [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6], [0, 0, 1],
  ]
  static let outputMatrix: [[Double]] = [
    [1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1],
  ]

  @Test func `the matrices make a correlation of four outputs with three taps`() {
    let (d, g) = (draws(6, 1).map(Double.init), draws(3, 2).map(Double.init))
    let products = zip(apply(Self.inputMatrix, d), apply(Self.weightMatrix, g)).map { $0 * $1 }
    for (index, y) in apply(Self.outputMatrix, products).enumerated() {
      #expect(abs(y - (0..<3).reduce(0) { $0 + d[index + $1] * g[$1] }) < 1e-12)
    }
  }

  @Test("inputs and gradients of tiles", arguments: kernelVariants, [16, 48])
  func tiles(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    let (rows, columns) = (2, 3)
    let (row, step) = ((4 * columns + 3) * channels, rows * columns * channels + 16)
    let x = draws((4 * rows + 2) * row, 3)
    var (v, m) = (
      [Float](repeating: untouched, count: 36 * step), [Float](repeating: untouched, count: 36 * step)
    )
    unsafe kernels.winograd_input(x, row, rows, columns, channels, &v, step)
    unsafe kernels.winograd_output_gradient(x, row, rows, columns, channels, &m, step)
    for tile in 0..<rows * columns {
      for channel in 0..<channels {
        let corner = 4 * (tile / columns * row + tile % columns * channels) + channel
        func square(_ side: Int) -> [[Double]] {
          (0..<side).map { y in (0..<side).map { Double(x[corner + y * row + $0 * channels]) } }
        }
        let at = tile * channels + channel
        let expected = flat(sandwich(Self.inputMatrix, square(6)))
        let gradient = flat(sandwich(transposed(Self.outputMatrix), square(4)))
        for position in 0..<36 {
          #expect(abs(Double(v[position * step + at]) - expected[position]) < 1e-4)
          #expect(abs(Double(m[position * step + at]) - gradient[position]) < 1e-4)
        }
      }
    }
    #expect(
      (0..<36).allSatisfy { v[($0 + 1) * step - 16] == untouched && m[($0 + 1) * step - 1] == untouched })
  }

  @Test("outputs end at the picture's edges", arguments: kernelVariants, [(8, 8), (5, 7), (1, 4)])
  func outputs(variant: String, size: (height: Int, width: Int)) throws {
    let kernels = try unsafe kernels(variant)
    let (channels, columns) = (16, (size.width + 3) / 4)
    let step = (size.height + 3) / 4 * columns * channels
    let row = size.width * channels + 5
    let m = draws(36 * step, 4)
    var y = [Float](repeating: untouched, count: size.height * row)
    unsafe kernels.winograd_output(m, step, size.height, size.width, channels, &y, row)
    for top in 0..<size.height {
      for left in 0..<size.width {
        for channel in 0..<channels {
          let at = (top / 4 * columns + left / 4) * channels + channel
          let square = (0..<6).map { y in (0..<6).map { Double(m[(6 * y + $0) * step + at]) } }
          let expected = sandwich(Self.outputMatrix, square)[top % 4][left % 4]
          #expect(abs(Double(y[top * row + left * channels + channel]) - expected) < 1e-4)
        }
      }
      #expect(y[top * row + size.width * channels] == untouched)
    }
  }

  @Test("weights and their gradients", arguments: kernelVariants)
  func weights(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    let (n, gStep, uStep) = (32, 35, 40)
    let g = draws(9 * gStep, 5)
    var u = [Float](repeating: untouched, count: 36 * uStep)
    unsafe kernels.winograd_weights(g, gStep, n, &u, uStep)
    let du = draws(36 * uStep, 6)
    var dg = [Float](repeating: untouched, count: 9 * n)
    unsafe kernels.winograd_weights_gradient(du, uStep, n, &dg, n)
    for i in 0..<n {
      let taps = (0..<3).map { y in (0..<3).map { Double(g[(3 * y + $0) * gStep + i]) } }
      for (position, expected) in flat(sandwich(Self.weightMatrix, taps)).enumerated() {
        #expect(abs(Double(u[position * uStep + i]) - expected) < 1e-6)
      }
      let square = (0..<6).map { y in (0..<6).map { Double(du[(6 * y + $0) * uStep + i]) } }
      for (tap, expected) in flat(sandwich(transposed(Self.weightMatrix), square)).enumerated() {
        #expect(abs(Double(dg[tap * n + i]) - expected) < 1e-5)
      }
    }
    #expect((0..<36).allSatisfy { u[$0 * uStep + n] == untouched })
  }
}

private func apply(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
  matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
}
private func transposed(_ matrix: [[Double]]) -> [[Double]] {
  matrix[0].indices.map { column in matrix.map { $0[column] } }
}
/// M x Mᵀ.
private func sandwich(_ matrix: [[Double]], _ x: [[Double]]) -> [[Double]] {
  let columns = transposed(transposed(x).map { apply(matrix, $0) })
  return columns.map { apply(matrix, $0) }
}
private func flat(_ matrix: [[Double]]) -> [Double] { matrix.flatMap { $0 } }
