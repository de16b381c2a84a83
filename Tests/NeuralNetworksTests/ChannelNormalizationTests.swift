import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct ChannelNormalizationTests {
  /// The mean and the unbiased variance of each channel.
  private func statistics(_ x: Tensor) -> [Double] {
    let (rows, channels) = (x.rows, x.channels)
    let values = x.values.map(Double.init)
    let columns = (0..<channels).map { channel in (0..<rows).map { values[$0 * channels + channel] } }
    let means = columns.map { $0.reduce(0, +) / Double(rows) }
    let variances = zip(columns, means).map { column, mean in
      column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows - 1)
    }
    return means + variances
  }

  /// Batches that differ from one another in mean and spread.
  private let batches = (0..<3).map { index in
    Tensor([4, 5, 3, 2], draws(120, UInt64(index), in: Float(index)...Float(3 * index + 1)))
  }

  @Test func `calibration with weights 1, 1/2, 1/3 leaves the mean of the batches' statistics`() {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(2, 3, kernel: 1, named: "unit", in: &layout)
    var parameters = Parameters(wild: layout)
    let before = parameters.values.values
    var expected = [Double](repeating: 0, count: 6)
    for (index, batch) in batches.enumerated() {
      let pass = run([unit], batch, parameters, .calibration(weight: 1 / Float(index + 1)))
      parameters = pass.parameters
      // The convolution alone, seen through a copy that has a bias of 0 instead of the normalisation.
      var bare = ParameterLayout()
      let convolution = ConvolutionUnit(
        2, 3, kernel: 1, normalization: .bias, relu: false, named: "unit", in: &bare)
      var copy = Parameters(bare, initializer: .zero, seed: 0)
      copy.values.values = parameters.part("unit.conv.weight", of: \.values) + [0, 0, 0]
      for (column, value) in statistics(run([convolution], batch, copy).y).enumerated() {
        expected[column] += value / 3
      }
    }
    #expect(relativeError(parameters.statistics.values, expected) < 1e-5)
    #expect(parameters.values.values == before)
  }

  @Test func `in training the running statistics move by a tenth`() {
    var layout = ParameterLayout()
    let norm = BatchNorm(2, named: "norm", in: &layout)
    var parameters = Parameters(layout, initializer: .he, seed: 1)
    var expected = [0.0, 0, 1, 1]
    for batch in batches {
      let rows = batch.reshaped([60, 2])
      parameters = run(norm, rows, parameters).parameters
      expected = zip(expected, statistics(rows)).map { 0.9 * $0 + 0.1 * $1 }
    }
    #expect(relativeError(parameters.statistics.values, expected) < 1e-6)
  }

  @Test func `calibration normalises by the batch, as training does`() {
    var layout = ParameterLayout()
    let norm = BatchNorm(2, named: "norm", in: &layout)
    let parameters = Parameters(wild: layout)
    let x = batches[1].reshaped([60, 2])
    let y = run(norm, x, parameters, .calibration(weight: 0.5)).y.values
    #expect(y == run(norm, x, parameters).y.values)
    #expect(y != run(norm, x, parameters, .evaluation).y.values)
  }

  @Test func `values far from zero keep their variance`() {
    var layout = ParameterLayout()
    let norm = BatchNorm(1, affine: false, named: "norm", in: &layout)
    let x = Tensor([512, 1], draws(512, 1).map { 1000 + $0 })
    let pass = run(norm, x, Parameters(layout, initializer: .he, seed: 1), .calibration(weight: 1))
    let expected = statistics(x)
    #expect(relativeError([pass.parameters.statistics.values[1]], [expected[1]]) < 1e-3)
    let y = pass.y.values.map(Double.init)
    #expect(abs(y.reduce(0) { $0 + $1 * $1 } / 512 - 1) < 1e-3)
  }

  @Test("moments of parts add up to the moments of all", arguments: [1, 2, 17])
  func parts(count: Int) {
    let x = Tensor([count, 4, 3], draws(count * 12, 1, in: 4...6))
    let moments = Moments(parts: count, channels: 3)
    for part in 0..<count { unsafe moments.measure(part, x.buffer.base + part * 12, pixels: 4) }
    let total = moments.total()
    let expected = statistics(x)
    let pixels = Double(4 * count)
    for channel in 0..<3 {
      #expect(abs(total.mean[channel] - expected[channel]) < 1e-6)
      #expect(abs(total.variance[channel] - expected[3 + channel] * (pixels - 1) / pixels) < 1e-6)
    }
  }
}
