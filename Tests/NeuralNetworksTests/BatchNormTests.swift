import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct BatchNormTests {
  @Test("the output, dx, dγ and dβ agree with the plain network", arguments: [2, 5, 17], [1, 8, 19])
  func gradients(batch: Int, channels: Int) {
    for (affine, relu) in [(true, false), (false, false), (true, true), (false, true)] {
      var layout = ParameterLayout()
      let norm = BatchNorm(channels, affine: affine, relu: relu, named: "norm", in: &layout)
      let parameters = Parameters(wild: layout)
      let x = randomTensor([batch, channels], 1)
      let errors = errors(
        x, parameters, of: { run(norm, x, parameters, dy: $0) },
        against: { network, x in
          network.normalized(x, "norm", relu: relu)
        })
      // Of two rows each is as far from the mean as the other: dx is almost nothing, a difference of equal numbers.
      #expect(errors.largest < (batch == 2 ? 1e-3 : 2e-5), "affine \(affine), ReLU \(relu): \(errors)")
    }
  }

  @Test(
    "normalised rows are PyTorch's, in training and evaluation",
    arguments: [
      ("rows", true, false), ("rows without scale and shift", false, false), ("rows with ReLU", true, true),
    ])
  func pytorch(name: String, affine: Bool, relu: Bool) throws {
    var layout = ParameterLayout()
    let norm = BatchNorm(6, affine: affine, relu: relu, named: "norm", in: &layout)
    try expectPyTorch(Reference("layers"), name, layout) { run(norm, $0, $1, dy: $2, $3) }
  }

  @Test func `a batch of one is normalised to its shift`() {
    var layout = ParameterLayout()
    let norm = BatchNorm(4, named: "norm", in: &layout)
    let parameters = Parameters(wild: layout)
    let pass = run(norm, randomTensor([1, 4], 1), parameters, dy: randomTensor([1, 4], 2))
    #expect(relativeError(pass.y.values, parameters.part("norm.bias", of: \.values)) < 1e-3)
    #expect(pass.dx.values.allSatisfy { abs($0) < 1e-3 })
    #expect(pass.parameters.statistics.values.allSatisfy { $0.isFinite })
  }

  @Test("a ReLU's dx is dy where the output is positive")
  func relu() {
    let x = Tensor([2, 3], [-1, 0, 2, 3, -0.5, 1e-30])
    let pass = run(ReLU(), x, Parameters(wild: ParameterLayout()), dy: Tensor([2, 3], [1, 2, 3, 4, 5, 6]))
    #expect(pass.y.values == [0, 0, 2, 3, 0, 1e-30])
    #expect(pass.dx.values == [0, 0, 3, 4, 0, 6])
  }
}
