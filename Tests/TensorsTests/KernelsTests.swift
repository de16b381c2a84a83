import CSiamKernels
import SiamTensors
import TestSupport
import Testing

func kernels(_ variant: String) throws -> ck_table { try unsafe #require(ck_find(variant)).pointee }

/// A value that no kernel computes, for elements that none may touch.
let untouched: Float = 12345.5

/// Every variant against the sums that kernels.inc states, in double precision; `plain` is one of them. All are called
/// by their table, so that the variant the rest of the program runs on stays.
@Suite struct KernelsTests {
  @Test func `the variant in use is one that this processor has`() {
    #expect(unsafe ck_find("none") == nil)
    #expect(kernelVariants.contains(kernelVariant) && kernelVariants.contains("plain"))
    // The shapes of AVX-512 are tested wherever there are registers to run them in.
    #if DEBUG
      #expect(kernelVariants.contains("narrow") == kernelVariants.contains("avx2"))
    #endif
  }

  @Test("no kernel is missing", arguments: kernelVariants)
  func complete(variant: String) throws {
    let table = try unsafe kernels(variant)
    unsafe withUnsafeBytes(of: table) { bytes in
      let fields = unsafe bytes.bindMemory(to: UInt.self)
      #expect(unsafe fields.count > 30 && fields.allSatisfy { $0 != 0 })
    }
  }

  @Test("multiply-adds are counted, and end where their recurrence does", arguments: kernelVariants)
  func multiplyAdds(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    // x = x/2 + 1/4 tends to 1/2 in every chain; the chains' sum comes back.
    var sink: Float = 0.5
    let count = unsafe kernels.multiply_add_peak(1000, &sink)
    #expect(sink >= 1 && count == Double(2 * sink) * 1000 * 16)
  }

  @Test("multiply, over grids of every width", arguments: kernelVariants, Array(1...9) + [12, 16, 20])
  func multiply(variant: String, columns: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (index, channels) in [1, 5, 16, 17, 33, 64, 70, 130].enumerated() {
      for (rows, stride, kernel, inputs) in [(1, 1, 1, 11), (2, 2, 3, 2), (5, 1, 2, 3), (3, 3, 1, 4)] {
        let grid = Grid(rows: rows, columns: columns, stride: stride, kernel: kernel, inputs: inputs)
        let weights = draws(grid.depth * channels, 2)
        let bias = index % 2 == 0 ? draws(channels, 3) : nil
        let ceiling: Float = index % 3 == 0 ? 0.5 : 0
        // The output's pixels and rows stand apart, with room that is not its own between them.
        let (pixel, row) = (channels + 3, columns * (channels + 3) + 5)
        var y = [Float](repeating: untouched, count: rows * row)
        var expected = y.map(Double.init)
        for r in 0..<rows {
          for c in 0..<columns {
            for channel in 0..<channels {
              var sum = bias.map { Double($0[channel]) } ?? 0
              for k in 0..<grid.depth {
                sum += Double(grid.patch(r, c, k)) * Double(weights[k * channels + channel])
              }
              expected[r * row + c * pixel + channel] = ceiling > 0 ? min(max(0, sum), 0.5) : sum
            }
          }
        }
        let packed = PackedMatrix(Tensor([grid.depth, channels], weights))
        unsafe grid.withPatches { patches in
          var patches = unsafe patches
          unsafe kernels.multiply(&patches, packed.panels.base, channels, bias, ceiling, &y, row, pixel)
        }
        #expect(largestDifference(y, expected) < 1e-5, "\(channels) channels of \(grid)")
      }
    }
  }

  @Test("accumulate_outer, any rows of the sums", arguments: kernelVariants, [1, 16, 17, 32, 37, 48, 64])
  func outer(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (rows, columns, stride, kernel, inputs) in [
      (1, 7, 1, 1, 33), (3, 5, 2, 3, 3), (2, 1, 1, 3, 7), (1, 1, 1, 1, 1),
    ] {
      let grid = Grid(rows: rows, columns: columns, stride: stride, kernel: kernel, inputs: inputs)
      let row = columns * channels + 4
      let dy = draws(rows * row, 4)
      for range in [0..<grid.depth, grid.depth / 3..<grid.depth, 1..<max(1, grid.depth - 1)] {
        var sums = draws(grid.depth * channels, 5)
        var expected = sums.map(Double.init)
        for k in range {
          for r in 0..<rows {
            for c in 0..<columns {
              let x = Double(grid.patch(r, c, k))
              for channel in 0..<channels {
                expected[k * channels + channel] += x * Double(dy[r * row + c * channels + channel])
              }
            }
          }
        }
        unsafe grid.withPatches { patches in
          var patches = unsafe patches
          unsafe kernels.accumulate_outer(
            &patches, range.lowerBound, range.upperBound, dy, row, channels, &sums)
        }
        #expect(largestDifference(sums, expected) < 1e-5, "rows \(range) of \(grid)")
      }
    }
  }

  @Test("channel_statistics, far from zero too", arguments: kernelVariants, [1, 3, 16, 17, 40])
  func statistics(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for pixels in 1...9 {
      let x = draws(pixels * channels, 6, in: 99...101)
      var (mean, deviation) = (
        [Float](repeating: untouched, count: channels + 1), [Float](repeating: untouched, count: channels + 1)
      )
      unsafe kernels.channel_statistics(x, pixels, channels, &mean, &deviation)
      for channel in 0..<channels {
        let values = (0..<pixels).map { Double(x[$0 * channels + channel]) }
        let m = values.reduce(0, +) / Double(pixels)
        let d = values.reduce(0) { $0 + ($1 - m) * ($1 - m) }
        #expect(abs(Double(mean[channel]) - m) < 1e-4)
        #expect(abs(Double(deviation[channel]) - d) < 1e-4 + 1e-4 * d)
      }
      #expect(mean[channels] == untouched && deviation[channels] == untouched)
    }
  }

  @Test("add and sgd", arguments: kernelVariants, [0, 1, 15, 16, 33])
  func flat(variant: String, count: Int) throws {
    let kernels = try unsafe kernels(variant)
    let (value, gradient, velocity) = (draws(count, 7), draws(count, 8), draws(count, 9))
    var sum = value
    unsafe kernels.add(gradient, count, &sum)
    #expect(sum == zip(value, gradient).map { $0 + $1 })

    var (w, v) = (value, velocity)
    unsafe kernels.sgd(&w, gradient, &v, count, 0.1, 0.9, 0.01)
    for i in 0..<count {
      let expected = 0.9 * Double(velocity[i]) + Double(gradient[i]) + 0.01 * Double(value[i])
      #expect(abs(Double(v[i]) - expected) < 1e-6)
      #expect(abs(Double(w[i]) - (Double(value[i]) - 0.1 * expected)) < 1e-6)
    }
  }
}

/// An image and the patches on it.
struct Grid {
  let rows, columns, stride, kernel, inputs: Int
  let image: [Float]

  init(rows: Int, columns: Int, stride: Int, kernel: Int, inputs: Int) {
    (self.rows, self.columns, self.stride, self.kernel, self.inputs) = (rows, columns, stride, kernel, inputs)
    image = draws(((rows - 1) * stride + kernel) * ((columns - 1) * stride + kernel) * inputs, 1)
  }

  var depth: Int { kernel * kernel * inputs }
  private var width: Int { (columns - 1) * stride + kernel }

  /// Element k of the patch of output (row, column): k counts rows, columns and channels of the window.
  func patch(_ row: Int, _ column: Int, _ k: Int) -> Float {
    let (y, rest) = (k / (kernel * inputs), k % (kernel * inputs))
    return image[((row * stride + y) * width + column * stride + rest / inputs) * inputs + rest % inputs]
  }

  func withPatches(_ body: (ck_patches) -> Void) {
    unsafe image.withUnsafeBufferPointer { image in
      guard let base = image.baseAddress else { return }
      unsafe body(
        ck_patches(
          input: base, rows: rows, columns: columns, row_step: stride * width * inputs,
          pixel_step: stride * inputs,
          runs: kernel, length: kernel * inputs, run_step: width * inputs))
    }
  }
}

extension Grid: CustomStringConvertible {
  var description: String { "\(rows)×\(columns) grid, stride \(stride), kernel \(kernel), \(inputs) inputs" }
}

func largestDifference(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).reduce(0) {
    let difference = abs(Double($1.0) - $1.1)
    return difference.isNaN ? .infinity : max($0, difference)
  }
}
