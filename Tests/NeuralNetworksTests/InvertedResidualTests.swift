import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct InvertedResidualTests {
  /// Kernels, strides and expansions, with a shortcut and without.
  static let cases: [(inputs: Int, outputs: Int, expansion: Int, kernel: Int, stride: Int)] = [
    (4, 4, 3, 3, 1), (4, 6, 2, 5, 1), (3, 5, 2, 3, 2), (4, 4, 2, 5, 2), (6, 4, 1, 3, 1),
  ]

  private func block(
    _ index: Int, _ kind: ChannelNormalization.Kind, border: Border = .zerosBehind,
    in layout: inout ParameterLayout
  ) -> InvertedResidual {
    let shape = Self.cases[index]
    return InvertedResidual(
      shape.inputs, shape.outputs, expansion: shape.expansion, kernel: shape.kernel, stride: shape.stride,
      border: border, normalization: kind, lastScale: 1, named: "block", in: &layout)
  }

  @Test(
    "the output, dx and every parameter's gradient agree with the plain network",
    arguments: [
      (ChannelNormalization.Kind.batch, Border.zerosBehind), (.bias, .zerosBehind), (.batch, .zeros),
    ],
    cases.indices)
  func gradients(kind: (normalization: ChannelNormalization.Kind, border: Border), index: Int) {
    for (height, width) in [(3, 5), (4, 2), (1, 1), (7, 6)] {
      var layout = ParameterLayout()
      let block = block(index, kind.normalization, border: kind.border, in: &layout)
      let parameters = Parameters(wild: layout)
      let x = randomTensor([4, height, width, Self.cases[index].inputs], 1)
      let errors = errors(
        x, parameters, of: { run([block], x, parameters, dy: $0) },
        against: { network, x in
          network.inverted(
            x, "block", stride: Self.cases[index].stride, adds: block.adds,
            isBehind: kind.border == .zerosBehind)
        })
      #expect(errors.largest < 1e-4, "\(height)×\(width): \(errors)")
    }
  }

  @Test("a block above others does what they leave pending, and its backward", arguments: cases.indices)
  func pending(index: Int) {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(2, 4, ceiling: 6, named: "unit", in: &layout)
    let first = InvertedResidual(
      4, Self.cases[index].inputs, expansion: 2, kernel: 3, stride: 1, normalization: .batch, lastScale: 1,
      named: "first", in: &layout)
    // Behind a normalisation the shift of the one before would have no gradient.
    let second = block(index, .bias, in: &layout)
    let parameters = Parameters(wild: layout)
    let x = randomTensor([3, 4, 5, 2], 1)
    let errors = errors(
      x, parameters, of: { run([unit, first, second], x, parameters, dy: $0) },
      against: { network, x in
        let y = network.inverted(
          network.unit(x, "unit", ceiling: 6), "first", stride: 1, adds: first.adds)
        return network.inverted(y, "block", stride: Self.cases[index].stride, adds: second.adds)
      })
    #expect(errors.largest < 1e-4, "\(errors)")
  }

  @Test(
    "an evaluation in bands is that of the units one after the other", arguments: cases.indices, [1, 13, 40])
  func evaluation(index: Int, side: Int) {
    var layout = ParameterLayout()
    let block = block(index, .batch, border: side == 13 ? .zeros : .zerosBehind, in: &layout)
    var parameters = Parameters(wild: layout)
    parameters.statistics = Tensor(
      [layout.statisticsCount], draws(layout.statisticsCount, 7, in: 0.5...1.5))
    let x = randomTensor([2, side, side + 1, Self.cases[index].inputs], 1)
    let units = (block.expand.map { [$0] } ?? []) + [block.depthwise, block.project] as [any Stage]
    var expected = run(units, x, parameters, .evaluation).y.values
    if block.adds { expected = zip(expected, x.values).map(+) }
    let y = run([block], x, parameters, .evaluation).y
    #expect(relativeError(y.values, expected) < 1e-5)
    // Narrow bands: many channels fill the caches with few rows.
    let narrow = InvertedResidualPass(block, parameters, suiting: 1).run(x)
    #expect(relativeError(narrow.values, expected) < 1e-5)
  }
}
