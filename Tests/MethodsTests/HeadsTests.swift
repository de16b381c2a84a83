import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct HeadsTests {
  @Test(
    "a projector's layers are all normalised, the last one without scale and shift", arguments: [1, 2, 3])
  func projectorNames(layers: Int) {
    var layout = ParameterLayout()
    _ = projector(6, dimension: 4, layers: layers, in: &layout)
    var names: [String] = []
    for index in 0..<layers {
      names.append("projector.\(index).linear.weight")
      if index < layers - 1 { names += ["projector.\(index).norm.weight", "projector.\(index).norm.bias"] }
    }
    #expect(layout.entries.map(\.name) == names)
    #expect(layout.entries[0].shape == [6, 4])
    #expect(layout.statistics.count == 2 * layers)
  }

  @Test func `a predictor is a bottleneck whose second layer has a bias and no normalisation`() {
    var layout = ParameterLayout()
    _ = predictor(6, hidden: 2, in: &layout)
    #expect(
      layout.entries.map { "\($0.name) \($0.shape)" } == [
        "predictor.0.linear.weight [6, 2]", "predictor.0.norm.weight [2]", "predictor.0.norm.bias [2]",
        "predictor.1.linear.weight [2, 6]", "predictor.1.linear.bias [6]",
      ])
  }

  @Test("output and gradients of both agree with the plain network", arguments: [2, 3])
  func gradients(layers: Int) {
    var layout = ParameterLayout()
    let heads = Sequential([
      projector(6, dimension: 5, layers: layers, in: &layout), predictor(5, hidden: 3, in: &layout),
    ])
    let parameters = Parameters(wild: layout)
    let (x, r) = (randomTensor([7, 6], 1), randomTensor([7, 5], 2))
    func output(_ x: [Double], _ values: [Double]) -> [Double] {
      PlainNetwork(layout, values).predicted(PlainNetwork(layout, values).projected(PlainMap(7, 1, 1, 6, x)))
        .values
    }
    var network = parameters
    let (y, backward) = heads.forward(x, &network, .training)
    let dx = backward(r, &network)
    let (point, values) = (x.values.map(Double.init), parameters.values.values.map(Double.init))
    #expect(relativeError(y.values, output(point, values)) < 1e-5)
    #expect(largestGradientError(dx.values, at: point) { weighed(output($0, values), r.values) } < 1e-4)
    for entry in layout.entries {
      let error = largestGradientError(network.gradients.values, at: values, varying: entry.range) {
        weighed(output(point, $0), r.values)
      }
      #expect(error < 1e-4, "\(entry.name)")
    }
  }
}
