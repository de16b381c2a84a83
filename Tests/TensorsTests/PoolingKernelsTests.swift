import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// Max-pooling, every variant against the windows written out.
@Suite struct PoolingKernelsTests {
  @Test(
    "the largest of each window inside the picture, NaN before all", arguments: kernelVariants,
    [1, 7, 16, 19, 48])
  func largest(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (rows, columns) in [(1, 1), (2, 3), (5, 4), (7, 8)] {
      var x = draws(rows * columns * channels, 1)
      if rows == 5 { x[(2 * columns + 2) * channels] = .nan }
      let (height, width) = ((rows + 1) / 2, (columns + 1) / 2)
      var y = [Float](repeating: untouched, count: height * width * channels + 1)
      unsafe kernels.pool_largest(x, rows, columns, channels, &y)
      for place in 0..<height * width * channels {
        let (pixel, channel) = (place / channels, place % channels)
        let (r, c) = (2 * (pixel / width), 2 * (pixel % width))
        var window: [Float] = []
        for row in max(0, r - 1)..<min(rows, r + 2) {
          for column in max(0, c - 1)..<min(columns, c + 2) {
            window.append(x[(row * columns + column) * channels + channel])
          }
        }
        let hasNone = window.contains { $0.isNaN }
        #expect(hasNone ? y[place].isNaN : y[place] == window.max())
      }
      #expect(y.last == untouched)
    }
  }
}
