import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct ResidualBlockTests {
  @Test(
    "the output, dx and every parameter's gradient agree with the plain network",
    arguments: [ChannelNormalization.Kind.batch, .bias], [(4, 4, 1), (4, 6, 1), (4, 4, 2), (3, 5, 2)])
  func gradients(kind: ChannelNormalization.Kind, shape: (inputs: Int, outputs: Int, stride: Int)) {
    for (height, width, lastScale) in [(3, 5, Float(1)), (4, 2, 0), (1, 1, 1)] {
      var layout = ParameterLayout()
      let block = ResidualBlock(
        shape.inputs, shape.outputs, stride: shape.stride, normalization: kind, lastScale: lastScale,
        named: "block", in: &layout)
      let parameters = Parameters(wild: layout)
      let x = randomTensor([4, height, width, shape.inputs], 1)
      let errors = errors(
        x, parameters, of: { run([block], x, parameters, dy: $0) },
        against: { network, x in
          network.block(x, "block", stride: shape.stride)
        })
      #expect(errors.largest < 1e-4, "\(height)×\(width), γ \(lastScale): \(errors)")
    }
  }

  @Test("a block above a unit does what that one leaves pending, and its backward", arguments: [1, 2])
  func pending(stride: Int) {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(2, 3, named: "unit", in: &layout)
    let blocks = [stride, 1].enumerated().map { index, stride in
      ResidualBlock(
        3, 3, stride: stride, normalization: .batch, lastScale: 1, named: "block\(index)", in: &layout)
    }
    let parameters = Parameters(wild: layout)
    let x = randomTensor([3, 4, 5, 2], 1)
    let stages = [unit] + blocks as [any Stage]
    let errors = errors(
      x, parameters, of: { run(stages, x, parameters, dy: $0) },
      against: { network, x in
        network.block(network.block(network.unit(x, "unit"), "block0", stride: stride), "block1")
      })
    #expect(errors.largest < 1e-4, "\(errors)")
  }

  @Test func `a fresh block whose last scale is 0 is the identity on what a ReLU lets through`() {
    var layout = ParameterLayout()
    let block = ResidualBlock(
      5, 5, stride: 1, normalization: .batch, lastScale: 0, named: "block", in: &layout)
    let x = Tensor([2, 3, 4, 5], draws(120, 1, in: 0...1))
    #expect(run([block], x, Parameters(layout, initializer: .he, seed: 1)).y.values == x.values)
  }

  @Test(
    "blocks are PyTorch's, forward and backward, in training and evaluation",
    arguments: [("block with identity", 4, 1), ("block with projection", 6, 2)])
  func pytorch(name: String, outputs: Int, stride: Int) throws {
    let reference = try Reference("layers")
    var layout = ParameterLayout()
    let block = ResidualBlock(
      4, outputs, stride: stride, normalization: .batch, lastScale: 1, named: "block", in: &layout)
    try expectPyTorch(reference, name, layout) { run([block], $0, $1, dy: $2, $3) }
  }
}
