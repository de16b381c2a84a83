import CSiamKernels
import SiamTensors
import TestSupport
import Testing

@testable import SiamImagePrior

@Suite struct MapKernelsTests {
  @Test(arguments: kernelVariants)
  func `the noise is normal, independent of its neighbours and named by its key`(_ variant: String) throws {
    let kernels = try unsafe #require(ck_find(variant))
    let count = 200_000
    func draw(_ key: UInt64, first: UInt64 = 0) -> [Double] {
      let zeros = [Float](repeating: 0, count: count)
      var values = zeros
      unsafe kernels.pointee.add_normal_noise(zeros, count, key, first, 1, &values)
      return values.map(Double.init)
    }
    let values = draw(0x1234_5678_9abc_def0)
    func mean(_ f: (Double) -> Double) -> Double { values.reduce(0) { $0 + f($1) } / Double(count) }
    // Each bound is about four standard deviations of the mean.
    #expect(abs(mean { $0 }) < 0.009)
    #expect(abs(mean { $0 * $0 } - 1) < 0.013)
    #expect(abs(mean { $0 * $0 * $0 }) < 0.035)
    #expect(abs(mean { $0 * $0 * $0 * $0 } - 3) < 0.09)
    #expect(abs(mean { abs($0) < 1.959964 ? 1 : 0 } - 0.95) < 0.002)
    #expect(abs(mean { $0 < -2.326348 ? 1 : 0 } - 0.01) < 0.0009)
    for lag in [1, 2, 16, 31, 32, 64] {
      let products = (0..<count - lag).reduce(0.0) { $0 + values[$1] * values[$1 + lag] }
      #expect(abs(products / Double(count)) < 0.009, "lag \(lag)")
    }
    let other = draw(0x1234_5678_9abc_def1)
    #expect(abs(zip(values, other).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)) < 0.009)
    // A stretch that begins later is the same sequence from there on.
    let later = draw(0x1234_5678_9abc_def0, first: 320)
    #expect(Array(later.prefix(1000)) == Array(values[320..<1320]))
  }

  @Test(arguments: kernelVariants, [2, 1, 4, 3, 10, 9])
  func `the backward of upsampling is its transpose`(_ variant: String, _ outputs: Int) throws {
    let kernels = try unsafe #require(ck_find(variant))
    let (channels, columns) = (16, (outputs + 1) / 2)
    let (x, dy) = (draws(columns * channels, 1), draws(outputs * 32, 2))
    var y = [Float](repeating: 0, count: outputs * 32)
    var dx = [Float](repeating: 0, count: columns * channels)
    unsafe kernels.pointee.upsample_row(x, columns, channels, outputs, &y, 32)
    unsafe kernels.pointee.upsample_row_gradient(dy, 32, columns, channels, outputs, &dx)
    let forward = zip(y, dy).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let backward = zip(x, dx).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(forward - backward) < 1e-5)
    // A row of equal pixels stays one.
    let ones = [Float](repeating: 1, count: columns * channels)
    unsafe kernels.pointee.upsample_row(ones, columns, channels, outputs, &y, 32)
    #expect((0..<outputs).allSatisfy { abs(y[32 * $0 + 3] - 1) < 1e-6 })
  }
}
