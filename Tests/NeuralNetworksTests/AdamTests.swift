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
    let places = [0, 7, 16_383, 16_384, 39_999]
    var expected = places.map { (w: Double(start[$0]), m: 0.0, v: 0.0) }
    for step in 1...3 {
      parameters.gradients = randomTensor([40_000], UInt64(step))
      let gradients = parameters.gradients.values
      adam.step(&parameters, rate: 0.01)
      for (index, place) in places.enumerated() {
        let g = Double(gradients[place])
        expected[index].m = 0.9 * expected[index].m + 0.1 * g
        expected[index].v = 0.999 * expected[index].v + 0.001 * g * g
        let first = expected[index].m / (1 - (1...step).reduce(1.0) { product, _ in product * 0.9 })
        let second = expected[index].v / (1 - (1...step).reduce(1.0) { product, _ in product * 0.999 })
        expected[index].w -= 0.01 * first / (second.squareRoot() + 1e-8)
      }
    }
    let found = parameters.values.values
    for (index, place) in places.enumerated() {
      #expect(abs(Double(found[place]) - expected[index].w) < 1e-6)
    }
    #expect(adam.steps == 3)
  }
}
