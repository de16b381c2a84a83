import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// Depthwise convolutions, every variant against their sums in double precision.
@Suite struct DepthwiseKernelsTests {
  /// Kernels and strides with loops of their own, and one of each without.
  static let filters = [(3, 1), (3, 2), (5, 1), (5, 2), (1, 1), (7, 3)]

  /// The input with its border and room behind its rows, and where its elements are.
  private struct Input {
    let kernel, stride, rows, columns, channels: Int
    var row: Int { ((columns - 1) * stride + kernel) * channels + 3 }
    var count: Int { ((rows - 1) * stride + kernel) * row }

    /// Calls `body` with each output, tap and channel, and the input that they meet at.
    func visit(_ body: (_ output: (row: Int, column: Int), _ tap: Int, _ channel: Int, _ x: Int) -> Void) {
      for r in 0..<rows {
        for c in 0..<columns {
          for tap in 0..<kernel * kernel {
            let at = (r * stride + tap / kernel) * row + (c * stride + tap % kernel) * channels
            for channel in 0..<channels { body((r, c), tap, channel, at + channel) }
          }
        }
      }
    }
  }

  @Test("a depthwise convolution, forward and backward", arguments: kernelVariants, filters)
  func convolve(variant: String, filter: (kernel: Int, stride: Int)) throws {
    let kernels = try unsafe kernels(variant)
    for (channels, columns) in [(1, 1), (7, 4), (16, 5), (19, 9), (48, 8)] {
      let input = Input(
        kernel: filter.kernel, stride: filter.stride, rows: 3, columns: columns, channels: channels)
      let (x, weights) = (draws(input.count, 1), draws(filter.kernel * filter.kernel * channels, 2))
      let row = columns * channels + 2
      for (bias, ceiling) in [(nil, 0), (draws(channels, 3), 0), (draws(channels, 3), Float(0.5))] {
        var y = [Float](repeating: untouched, count: 3 * row)
        var expected = y.map(Double.init)
        for i in 0..<3 * columns * channels {
          expected[i / (columns * channels) * row + i % (columns * channels)] =
            bias.map { Double($0[i % channels]) } ?? 0
        }
        input.visit { output, tap, channel, at in
          expected[output.row * row + output.column * channels + channel] +=
            Double(x[at]) * Double(weights[tap * channels + channel])
        }
        if ceiling > 0 {
          for i in expected.indices where expected[i] != Double(untouched) {
            expected[i] = min(max(0, expected[i]), Double(ceiling))
          }
        }
        unsafe kernels.convolve_depthwise(
          x, input.row, 3, columns, channels, filter.kernel, filter.stride, weights, bias, ceiling, &y, row)
        #expect(largestDifference(y, expected) < 1e-5, "\(channels) channels, \(columns) columns")
      }

      let dy = draws(3 * row, 4)
      var (dx, sums) = (draws(input.count, 5), draws(weights.count, 6))
      var (wantedX, wantedSums) = (dx.map(Double.init), sums.map(Double.init))
      input.visit { output, tap, channel, at in
        let g = Double(dy[output.row * row + output.column * channels + channel])
        wantedX[at] += g * Double(weights[tap * channels + channel])
        wantedSums[tap * channels + channel] += g * Double(x[at])
      }
      unsafe kernels.convolve_depthwise_gradient(
        x, input.row, 3, columns, channels, filter.kernel, filter.stride, weights, dy, row, &dx, &sums)
      #expect(largestDifference(dx, wantedX) < 1e-5 && largestDifference(sums, wantedSums) < 1e-5)
    }
  }
}
