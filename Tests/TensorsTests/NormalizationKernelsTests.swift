import CKernels
import TestSupport
import Testing

/// The kernels around batch normalisation, every variant against its formula in double precision.
@Suite struct NormalizationKernelsTests {
  static let channels = [1, 7, 16, 19, 48]

  @Test("normalize, with and without residual and ReLU, in place too", arguments: variants, channels)
  func normalize(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (pixels, kind) in [(1, 0), (5, 1), (4, 2), (9, 3)] {
      let count = pixels * channels
      let (x, residual) = (draws(count, 1), draws(count, 2))
      let (scale, shift, side) = (draws(channels, 3), draws(channels, 4), draws(channels, 5))
      let (hasResidual, hasScale, relu) = (kind > 0, kind > 1, kind != 1)
      let expected = (0..<count).map { i in
        var v = Double(x[i]) * Double(scale[i % channels]) + Double(shift[i % channels])
        if hasResidual { v += Double(residual[i]) * (hasScale ? Double(side[i % channels]) : 1) }
        return relu ? max(0, v) : v
      }
      var y = [Float](repeating: 0, count: count)
      unsafe kernels.normalize(
        x, hasResidual ? residual : nil, pixels, channels, scale, shift, hasScale ? side : nil, relu, &y)
      #expect(largestDifference(y, expected) < 1e-6)
      var z = x
      unsafe z.withUnsafeMutableBufferPointer { z in
        guard let z = z.baseAddress else { return }
        unsafe kernels.normalize(
          z, hasResidual ? residual : nil, pixels, channels, scale, shift, hasScale ? side : nil, relu, z)
      }
      #expect(z == y)
    }
  }

  @Test("a ReLU lets NaN through", arguments: variants)
  func notANumber(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    var y: [Float] = [0, 0, 0]
    unsafe kernels.normalize([.nan, 1, -1], nil, 3, 1, [1], [0], nil, true, &y)
    #expect(y[0].isNaN && y[1] == 1 && y[2] == 0)
  }

  @Test("place writes the picture and nothing around it", arguments: variants, channels)
  func place(variant: String, channels: Int) throws {
    let kernels = try unsafe kernels(variant)
    for (rows, columns) in [(1, 1), (2, 5), (3, 4)] {
      let x = draws(rows * columns * channels, 6)
      let (scale, shift) = (draws(channels, 7), draws(channels, 8))
      let row = columns * channels + 3
      for (normalized, relu) in [(false, false), (true, false), (true, true)] {
        var y = [Float](repeating: untouched, count: rows * row)
        var expected = y.map(Double.init)
        for i in x.indices {
          let c = i % channels
          let value = normalized ? Double(x[i]) * Double(scale[c]) + Double(shift[c]) : Double(x[i])
          expected[i / (columns * channels) * row + i % (columns * channels)] = relu ? max(0, value) : value
        }
        unsafe kernels.place(
          x, rows, columns, channels, normalized ? scale : nil, normalized ? shift : nil, relu, &y, row)
        #expect(largestDifference(y, expected) < 1e-6)
      }
    }
  }

  @Test("place_gradient writes a · dy + b · x + c and nothing around it", arguments: variants, channels)
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
      unsafe kernels.place_gradient(dy, x, rows, columns, channels, a, b, c, &dx, row)
      #expect(largestDifference(dx, expected) < 1e-6)
    }
  }

  /// How a ReLU in front of the sums is told: not at all, by its output, or by what goes into it.
  enum Gate: CaseIterable { case none, output, input }

  @Test("gradient_sums counts dy where the ReLU was open", arguments: variants, Gate.allCases)
  func gradientSums(variant: String, gate: Gate) throws {
    let kernels = try unsafe kernels(variant)
    for (channels, pixels) in [(1, 1), (7, 4), (16, 5), (19, 2), (48, 7)] {
      let count = pixels * channels
      let (dy, x, mean) = (draws(count, 14), draws(count, 15), draws(channels, 16))
      let (scale, shift) = (draws(channels, 17), draws(channels, 18))
      let y = draws(count, 19).map { max(0, $0) }
      var counted = dy.map(Double.init)
      var (sums, products) = (
        [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
      )
      for i in 0..<count {
        let c = i % channels
        switch gate {
        case .none: break
        case .output: if y[i] == 0 { counted[i] = 0 }
        case .input: if Double(x[i]) * Double(scale[c]) + Double(shift[c]) <= 0 { counted[i] = 0 }
        }
        sums[c] += counted[i]
        products[c] += counted[i] * (Double(x[i]) - Double(mean[c]))
      }
      var (sum, product) = ([Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
      let (output, a, b) = (
        gate == .output ? y : nil, gate == .input ? scale : nil, gate == .input ? shift : nil
      )

      var masked = [Float](repeating: 0, count: count)
      unsafe kernels.gradient_sums(dy, output, x, pixels, channels, mean, a, b, &sum, &product, &masked)
      #expect(largestDifference(masked, counted) == 0)
      #expect(largestDifference(sum, sums) < 1e-5)
      #expect(largestDifference(product, products) < 1e-5)

      var (sum2, product2, same) = (sum, product, dy)
      unsafe same.withUnsafeMutableBufferPointer { same in
        guard let same = same.baseAddress else { return }
        unsafe kernels.gradient_sums(same, output, x, pixels, channels, mean, a, b, &sum2, &product2, same)
      }
      #expect(same == masked && sum2 == sum && product2 == product)

      unsafe kernels.gradient_sums(dy, output, x, pixels, channels, mean, a, b, &sum2, &product2, nil)
      #expect(sum2 == sum && product2 == product)
    }
  }
}
