import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// The kernels around batch normalisation, every variant against its formula in double precision.
@Suite struct NormalizationKernelsTests {
  static let channels = [1, 7, 16, 19, 48]

  /// What is added: nothing, an image, or an image with a scale of its own.
  enum Residual: CaseIterable { case none, plain, scaled }

  @Test(
    "place normalises, adds and rectifies into a picture and nothing around it", arguments: kernelVariants,
    channels
  )
  func place(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (rows, columns) in [(1, 1), (2, 5), (3, 4)] {
      let (width, count) = (columns * channels, rows * columns * channels)
      let (x, other) = (draws(count, 1), draws(count, 2))
      let (scale, shift, side) = (draws(channels, 3), draws(channels, 4), draws(channels, 5))
      let row = width + 3
      let ceilings: [Float] = [0, .infinity, 0.25]
      for (kind, ceiling) in Residual.allCases.flatMap({ kind in ceilings.map { (kind, $0) } }) {
        var (y, also) = (
          [Float](repeating: untouched, count: rows * row), [Float](repeating: untouched, count: count + 1)
        )
        var expected = y.map(Double.init)
        for i in x.indices {
          let c = i % channels
          var value = Double(x[i]) * Double(scale[c]) + Double(shift[c])
          if kind != .none { value += Double(other[i]) * (kind == .scaled ? Double(side[c]) : 1) }
          expected[i / width * row + i % width] = ceiling > 0 ? min(max(0, value), Double(ceiling)) : value
        }
        let (residual, residualScale) = (kind == .none ? nil : other, kind == .scaled ? side : nil)
        unsafe kernels.normalize(
          x, residual, rows, columns, channels, scale, shift, residualScale, ceiling, &y, row, &also)
        #expect(largestDifference(y, expected) < 1e-6)
        #expect(also == (0..<count).map { y[$0 / width * row + $0 % width] } + [untouched])

        var alone = [Float](repeating: untouched, count: rows * row)
        unsafe kernels.normalize(
          x, residual, rows, columns, channels, scale, shift, residualScale, ceiling, &alone, row, nil)
        #expect(alone == y)
      }
      var copy = [Float](repeating: untouched, count: rows * row)
      unsafe kernels.normalize(x, nil, rows, columns, channels, nil, nil, nil, 0, &copy, row, nil)
      #expect((0..<count).allSatisfy { copy[$0 / width * row + $0 % width] == x[$0] })
      #expect((0..<rows).allSatisfy { copy[$0 * row + width] == untouched })
    }
  }

  @Test("a ReLU lets NaN through", arguments: kernelVariants)
  func notANumber(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    var y: [Float] = [0, 0, 0]
    unsafe kernels.normalize([.nan, 1, -1], nil, 1, 3, 1, [1], [0], nil, .infinity, &y, 3, nil)
    #expect(y[0].isNaN && y[1] == 1 && y[2] == 0)
  }

  @Test("place_gradient writes a · dy + b · x + c and nothing around it", arguments: kernelVariants, channels)
  func placeGradient(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (rows, columns) in [(1, 1), (2, 5), (3, 4)] {
      let (dy, x) = (draws(rows * columns * channels, 9), draws(rows * columns * channels, 10))
      let (a, b, c) = (draws(channels, 11), draws(channels, 12), draws(channels, 13))
      let row = columns * channels + 2
      var dx = [Float](repeating: untouched, count: rows * row)
      var expected = dx.map(Double.init)
      for i in x.indices {
        let k = i % channels
        expected[i / (columns * channels) * row + i % (columns * channels)] =
          Double(a[k]) * Double(dy[i]) + Double(b[k]) * Double(x[i]) + Double(c[k])
      }
      unsafe kernels.normalize_gradient(dy, x, rows, columns, channels, a, b, c, &dx, row)
      #expect(largestDifference(dx, expected) < 1e-6)
    }
  }

  /// How a ReLU in front of the sums is told: not at all, by its output, or by what goes into it.
  enum Gate: CaseIterable { case none, output, input }

  @Test(
    "gradient_sums counts dy, and what is added, where the ReLU was open", arguments: kernelVariants,
    Gate.allCases.flatMap { [($0, false, .infinity), ($0, true, .infinity), ($0, true, 0.25)] })
  func gradientSums(variant: String, test: (gate: Gate, adds: Bool, ceiling: Float)) throws {
    let (gate, ceiling) = (test.gate, test.ceiling)
    let kernels = try unsafe kernels(variant)
    for (channels, pixels) in [(1, 1), (7, 4), (16, 5), (19, 2), (48, 7)] {
      let count = pixels * channels
      let (dy, x, mean) = (draws(count, 14), draws(count, 15), draws(channels, 16))
      let (scale, shift) = (draws(channels, 17), draws(channels, 18))
      let y = draws(count, 19).map { min(max(0, $0), ceiling) }
      let more = test.adds ? draws(count, 20) : nil
      var counted = dy.indices.map { Double(dy[$0] + (more?[$0] ?? 0)) }
      var (sums, products) = (
        [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
      )
      for i in 0..<count {
        let c = i % channels
        switch gate {
        case .none: break
        case .output: if y[i] == 0 || y[i] == ceiling { counted[i] = 0 }
        case .input:
          let value = Double(x[i]) * Double(scale[c]) + Double(shift[c])
          if value <= 0 || value >= Double(ceiling) { counted[i] = 0 }
        }
        sums[c] += counted[i]
        products[c] += counted[i] * (Double(x[i]) - Double(mean[c]))
      }
      var (sum, product) = ([Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
      let (output, a, b) = (
        gate == .output ? y : nil, gate == .input ? scale : nil, gate == .input ? shift : nil
      )

      var masked = [Float](repeating: 0, count: count)
      unsafe kernels.normalize_gradient_sums(
        dy, more, output, x, pixels, channels, mean, a, b, ceiling, &sum, &product, &masked)
      #expect(largestDifference(masked, counted) == 0)
      #expect(largestDifference(sum, sums) < 1e-5)
      #expect(largestDifference(product, products) < 1e-5)

      var (sum2, product2, same) = (sum, product, dy)
      unsafe same.withUnsafeMutableBufferPointer { same in
        guard let same = same.baseAddress else { return }
        unsafe kernels.normalize_gradient_sums(
          same, more, output, x, pixels, channels, mean, a, b, ceiling, &sum2, &product2, same)
      }
      #expect(same == masked && sum2 == sum && product2 == product)

      unsafe kernels.normalize_gradient_sums(
        dy, more, output, x, pixels, channels, mean, a, b, ceiling, &sum2, &product2, nil)
      #expect(sum2 == sum && product2 == product)
    }
  }
}
