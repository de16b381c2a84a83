import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct AdamTests {
  @Test func `steps are those of algorithm 1, bias correction and all`() {
    var layout = ParameterLayout()
    _ = layout.claim("w", [40_000], .weight(fanIn: 4))
    var parameters = Parameters(layout, initializer: .uniform, seed: 1)
    var adam = Adam(count: 40_000)
    let start = parameters.values.values
    let indices = [0, 7, 16_383, 16_384, 39_999]
    var expected = indices.map { (w: Double(start[$0]), m: 0.0, v: 0.0) }
    for step in 1...3 {
      parameters.gradients = randomTensor([40_000], UInt64(step))
      let gradients = parameters.gradients.values
      adam.step(&parameters, rate: 0.01)
      for (order, index) in indices.enumerated() {
        let g = Double(gradients[index])
        expected[order].m = 0.9 * expected[order].m + 0.1 * g
        expected[order].v = 0.999 * expected[order].v + 0.001 * g * g
        let first = expected[order].m / (1 - (1...step).reduce(1.0) { product, _ in product * 0.9 })
        let second = expected[order].v / (1 - (1...step).reduce(1.0) { product, _ in product * 0.999 })
        expected[order].w -= 0.01 * first / (second.squareRoot() + 1e-8)
      }
    }
    let found = parameters.values.values
    for (order, index) in indices.enumerated() {
      #expect(abs(Double(found[index]) - expected[order].w) < 1e-6)
    }
    #expect(adam.steps == 3)
  }
}
