import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test(
    "the output, dx, dW and db agree with the plain network", arguments: [1, 2, 5, 33],
    [(3, 8), (20, 1), (17, 40)])
  func gradients(batch: Int, shape: (inputs: Int, outputs: Int)) {
    for bias in [true, false] {
      var layout = ParameterLayout()
      let linear = Linear(shape.inputs, shape.outputs, bias: bias, named: "linear", in: &layout)
      let parameters = Parameters(wild: layout)
      let x = randomTensor([batch, shape.inputs], 1)
      let errors = errors(
        x, parameters, of: { run(linear, x, parameters, dy: $0) }, against: { $0.linear($1, "linear") })
      #expect(errors.largest < 1e-5, "\(errors)")
    }
  }

  @Test("linear layers are PyTorch's", arguments: [("linear", true), ("linear without bias", false)])
  func pytorch(name: String, bias: Bool) throws {
    var layout = ParameterLayout()
    let linear = Linear(7, 5, bias: bias, named: "linear", in: &layout)
    try expectPyTorch(Reference("layers"), name, layout) { run(linear, $0, $1, dy: $2, $3) }
  }

  @Test func `gradients are added to those that are there`() {
    var layout = ParameterLayout()
    let linear = Linear(4, 3, bias: true, named: "linear", in: &layout)
    let parameters = Parameters(wild: layout)
    let (x, dy) = (randomTensor([2, 4], 1), randomTensor([2, 3], 2))
    let once = run(linear, x, parameters, dy: dy).parameters
    let twice = run(linear, x, once, dy: dy).parameters.gradients.values
    #expect(relativeError(twice, once.gradients.values.map { 2 * $0 }) < 1e-6)
  }

  @Test func `a wrong input width is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      let linear = Linear(4, 3, bias: true, named: "linear", in: &layout)
      _ = run(linear, Tensor(zeros: [1, 5]), Parameters(wild: layout))
    }
  }
}
