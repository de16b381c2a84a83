import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct ConvolutionUnitTests {
  /// A unit and the images it gets.
  struct Case: CustomTestStringConvertible {
    let kernel, stride, height, width: Int
    let kind: ChannelNormalization.Kind
    let relu: Bool
    var inputs = 3
    var outputs = 5

    var testDescription: String {
      "\(kernel)×\(kernel)/\(stride) \(inputs)→\(outputs) on \(height)×\(width), \(kind)\(relu ? ", ReLU" : "")"
    }
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for kernel in [1, 3, 7] {
      for stride in [1, 2] {
        for (height, width) in [(5, 7), (1, 1), (2, 3)] {
          for kind in [ChannelNormalization.Kind.batch, .plainBatch, .bias] {
            cases.append(
              Case(
                kernel: kernel, stride: stride, height: height, width: width, kind: kind,
                relu: cases.count % 2 == 0))
          }
        }
      }
    }
    // A stride that leaves pixels out, and channels that fill more than one panel, but not evenly.
    cases.append(Case(kernel: 1, stride: 3, height: 5, width: 4, kind: .batch, relu: true))
    cases.append(Case(kernel: 3, stride: 4, height: 7, width: 6, kind: .batch, relu: true))
    cases.append(
      Case(kernel: 3, stride: 2, height: 3, width: 4, kind: .batch, relu: true, inputs: 18, outputs: 35))
    // Full panels go by Winograd's tiles.
    cases.append(
      Case(kernel: 3, stride: 1, height: 3, width: 4, kind: .batch, relu: true, inputs: 16, outputs: 16))
    return cases
  }()

  @Test("the output, dx and every parameter's gradient agree with the plain network", arguments: cases)
  func gradients(of test: Case) {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(
      test.inputs, test.outputs, kernel: test.kernel, stride: test.stride, normalization: test.kind,
      relu: test.relu, named: "unit", in: &layout)
    let parameters = Parameters(wild: layout)
    let x = randomTensor([3, test.height, test.width, test.inputs], 1)
    let errors = errors(
      x, parameters, of: { run([unit], x, parameters, dy: $0) },
      against: { network, x in
        network.unit(x, "unit", stride: test.stride, relu: test.relu)
      })
    #expect(errors.largest < 1e-4, "\(errors)")
  }

  @Test(
    "a unit above another does what that one leaves pending, and its backward", arguments: [1, 3], [1, 2])
  func pending(kernel: Int, stride: Int) {
    for (kind, relu) in [(ChannelNormalization.Kind.batch, true), (.plainBatch, false), (.bias, true)] {
      var layout = ParameterLayout()
      let lower = ConvolutionUnit(2, 4, normalization: kind, relu: relu, named: "lower", in: &layout)
      let upper = ConvolutionUnit(4, 3, kernel: kernel, stride: stride, named: "upper", in: &layout)
      let parameters = Parameters(wild: layout)
      let x = randomTensor([3, 4, 5, 2], 1)
      let errors = errors(
        x, parameters, of: { run([lower, upper], x, parameters, dy: $0) },
        against: { network, x in
          network.unit(network.unit(x, "lower", relu: relu), "upper", stride: stride)
        })
      #expect(errors.largest < 1e-4, "\(kind): \(errors)")
    }
  }

  @Test func `frozen statistics are constants in training: it is a convolution with a bias`() throws {
    var (layout, plain) = (ParameterLayout(), ParameterLayout())
    let unit = ConvolutionUnit(3, 4, stride: 2, normalization: .frozen, named: "unit", in: &layout)
    let bias = ConvolutionUnit(3, 4, stride: 2, normalization: .bias, named: "unit", in: &plain)
    let parameters = Parameters(wild: layout)
    let running = parameters.statistics.values
    let (mean, scale) = (running[..<4], running[4...].map { 1 / ($0 + 1e-5).squareRoot() })
    let (weight, gamma, beta) = (
      parameters.part("unit.conv.weight", of: \.values), parameters.part("unit.norm.weight", of: \.values),
      parameters.part("unit.norm.bias", of: \.values)
    )
    var folded = Parameters(wild: plain)
    folded.values = Tensor(
      [plain.count],
      weight.enumerated().map { $1 * gamma[$0 % 4] * scale[$0 % 4] }
        + (0..<4).map { beta[$0] - mean[$0] * gamma[$0] * scale[$0] })
    let (x, dy) = (randomTensor([3, 6, 5, 3], 1), randomTensor([3, 3, 3, 4], 2))
    let (found, expected) = (run([unit], x, parameters, dy: dy), run([bias], x, folded, dy: dy))
    func isNear(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 } }
    #expect(isNear(found.y.values, expected.y.values) && isNear(found.dx.values, expected.dx.values))
    #expect(found.parameters.statistics.values == running)
    // By the chain rule through the weights and the bias of the other.
    let (dw, db) = (
      expected.parameters.part("unit.conv.weight", of: \.gradients),
      expected.parameters.part("unit.norm.bias", of: \.gradients)
    )
    let own = found.parameters
    #expect(
      isNear(
        own.part("unit.conv.weight", of: \.gradients),
        dw.enumerated().map { $1 * gamma[$0 % 4] * scale[$0 % 4] }))
    #expect(isNear(own.part("unit.norm.bias", of: \.gradients), db))
    let dGamma = (0..<4).map { channel in
      let sum = stride(from: channel, to: dw.count, by: 4).reduce(Float(0)) { $0 + dw[$1] * weight[$1] }
      return (sum - db[channel] * mean[channel]) * scale[channel]
    }
    #expect(
      isNear(own.part("unit.norm.weight", of: \.gradients), dGamma) && dGamma.contains { abs($0) > 0.1 })
    // A calibration measures them.
    let calibrated = run([unit], x, parameters, .calibration(weight: 1)).parameters.statistics.values
    #expect(zip(calibrated, running).allSatisfy { $0 != $1 })
  }

  @Test func `a gradient that is added counts as if the input were read twice`() {
    var layout = ParameterLayout()
    let lower = ConvolutionUnit(2, 4, named: "lower", in: &layout)
    let upper = ConvolutionUnit(4, 3, named: "upper", in: &layout)
    let parameters = Parameters(wild: layout)
    let x = randomTensor([3, 4, 5, 2], 1)
    let (r, s) = (randomTensor([3, 4, 5, 3], 2), randomTensor([3, 4, 5, 4], 3))

    var network = parameters
    let below = lower.forward(Activation(x), &network, .training)
    let above = upper.forward(below.y, &network, .training)
    let end = settle(above.y)
    let middle = above.backward(end.backward(r), s, &network)
    let dx = below.backward(middle, nil, &network).dy

    func loss(_ x: [Double], _ values: [Double]) -> Double {
      let plain = PlainNetwork(layout, values)
      let hidden = plain.unit(PlainMap(3, 4, 5, 2, x), "lower")
      return weighed(plain.unit(hidden, "upper").values, r.values) + weighed(hidden.values, s.values)
    }
    let (point, values) = (x.values.map(Double.init), parameters.values.values.map(Double.init))
    #expect(largestGradientError(dx.values, at: point) { loss($0, values) } < 1e-4)
    #expect(largestGradientError(network.gradients.values, at: values) { loss(point, $0) } < 1e-4)
  }

  @Test func `gradients are added to those that are there`() {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(2, 3, named: "unit", in: &layout)
    let parameters = Parameters(wild: layout)
    let (x, dy) = (randomTensor([2, 3, 3, 2], 1), randomTensor([2, 3, 3, 3], 2))
    let once = run([unit], x, parameters, dy: dy).parameters
    let twice = run([unit], x, once, dy: dy).parameters.gradients.values
    #expect(relativeError(twice, once.gradients.values.map { 2 * $0 }) < 1e-6)
  }

  @Test func `a unit that does not propagate has the same parameter gradients and no dx`() {
    var (layout, same) = (ParameterLayout(), ParameterLayout())
    let unit = ConvolutionUnit(2, 3, propagates: false, named: "unit", in: &layout)
    let other = ConvolutionUnit(2, 3, named: "unit", in: &same)
    let parameters = Parameters(wild: layout)
    let (x, dy) = (randomTensor([2, 3, 3, 2], 1), randomTensor([2, 3, 3, 3], 2))
    let (first, second) = (run([unit], x, parameters, dy: dy), run([other], x, parameters, dy: dy))
    #expect(first.parameters.gradients.values == second.parameters.gradients.values)
    #expect(first.dx.count == 0 && second.dx.shape == x.shape)
  }

  @Test("units are PyTorch's, forward and backward, in training and evaluation", arguments: units)
  func pytorch(
    name: String, kernel: Int, stride: Int, kind: ChannelNormalization.Kind, outputs: Int, relu: Bool
  )
    throws
  {
    let reference = try Reference("layers")
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(
      3, outputs, kernel: kernel, stride: stride, normalization: kind, relu: relu, named: "unit", in: &layout)
    try expectPyTorch(reference, name, layout) { run([unit], $0, $1, dy: $2, $3) }
  }

  static let units: [(String, Int, Int, ChannelNormalization.Kind, Int, Bool)] = [
    ("convolution 3x3/1", 3, 1, .bias, 5, false), ("convolution 3x3/2", 3, 2, .bias, 5, false),
    ("convolution 1x1/1", 1, 1, .bias, 5, false), ("convolution 1x1/2", 1, 2, .bias, 5, false),
    ("convolution 7x7/1", 7, 1, .bias, 5, false), ("convolution 7x7/2", 7, 2, .bias, 5, false),
    ("unit", 3, 2, .batch, 6, true), ("unit without scale and shift", 3, 1, .plainBatch, 6, true),
  ]

  @Test func `one picture of one pixel is normalised to its shift and moves nothing below`() {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(2, 3, relu: false, named: "unit", in: &layout)
    let parameters = Parameters(wild: layout)
    let pass = run([unit], randomTensor([1, 1, 1, 2], 1), parameters, dy: randomTensor([1, 1, 1, 3], 2))
    let shift = parameters.part("unit.norm.bias", of: \.values)
    #expect(relativeError(pass.y.values, shift) < 1e-3)
    // dx is a difference of equal numbers of the size γ / √ε = 316.
    #expect(pass.dx.values.allSatisfy { abs($0) < 1e-3 })
    #expect(pass.parameters.statistics.values.allSatisfy { $0.isFinite })
  }

  @Test func `other channels than the weights have are a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      let unit = ConvolutionUnit(2, 3, named: "unit", in: &layout)
      _ = run([unit], Tensor(zeros: [1, 3, 3, 4]), Parameters(wild: layout))
    }
  }
}
