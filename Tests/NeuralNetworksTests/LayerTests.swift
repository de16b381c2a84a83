import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct LayerTests {
  @Test(
    "slices cover a batch in order, evenly, in a number that threads do not change",
    arguments: [0, 1, 15, 16, 17, 128])
  func slices(batch: Int) {
    for (weights, most) in [(0, 16), (50_000, 16), (50_001, 8), (400_000, 8), (400_001, 4)] {
      for threads in [1, 2, 3] {
        let slices = withThreadCount(threads) { Slices(batch: batch, weights: weights) }
        #expect(slices.count == min(batch, most))
        let parts = (0..<slices.count).map { slices[$0] }
        #expect(parts.flatMap(Array.init) == Array(0..<batch))
        let sizes = parts.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
    }
  }

  @Test func `a sequence's output and gradients agree with the plain network`() {
    var layout = ParameterLayout()
    let layers = Sequential([
      Linear(5, 7, bias: true, named: "0", in: &layout), ReLU(),
      Linear(7, 4, bias: false, named: "1", in: &layout), BatchNorm(4, relu: true, named: "2", in: &layout),
      Linear(4, 3, bias: true, named: "3", in: &layout),
    ])
    let parameters = Parameters(wild: layout)
    let x = randomTensor([6, 5], 1)
    let errors = errors(
      x, parameters, of: { run(layers, x, parameters, dy: $0) },
      against: { network, x in
        var y = network.linear(x, "0")
        for index in y.values.indices { y.values[index] = max(0, y.values[index]) }
        return network.linear(network.normalized(network.linear(y, "1"), "2", relu: true), "3")
      })
    #expect(errors.largest < 1e-4, "\(errors)")
  }

  @Test func `a shortcut to something with nothing pending is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      let x = Activation(Tensor(zeros: [1, 1, 1, 1]))
      _ = Activation(adding: x, to: x)
    }
  }
}
