import SiamTensors
import Testing

@testable import SiamNeuralNetworks

@Suite struct FirstBrokenTests {
  /// Passes everything on, and one number that it was not given.
  private struct Breaking: Layer {
    let name: String
    let value: Float

    func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (y: Tensor, backward: Backward)
    {
      var y = x
      y.withMutableSpan { $0[1] = value }
      return (y, { dy, _ in dy })
    }
  }

  @Test("the first layer whose output is not finite is named", arguments: [Float.nan, -.infinity])
  func outputs(value: Float) {
    var layout = ParameterLayout()
    let layers = Sequential([
      Linear(2, 2, bias: true, named: "a", in: &layout), Breaking(name: "b", value: 1),
      Breaking(name: "c", value: value), Breaking(name: "d", value: value),
    ])
    var parameters = Parameters(layout, initializer: .he, seed: 1)
    let x = Tensor([1, 2], [1, 2])
    #expect(firstBrokenLayer { _ = layers.forward(x, &parameters, .training) } == "c")
    let sound = Sequential(Array(layers.layers[..<2]))
    #expect(firstBrokenLayer { _ = sound.forward(x, &parameters, .training) } == nil)
  }

  @Test func `a variance that overflows is told before an output is broken`() {
    var layout = ParameterLayout()
    let layers = Sequential([
      BatchNorm(1, named: "a", in: &layout), BatchNorm(1, named: "b", in: &layout),
    ])
    var parameters = Parameters(layout, initializer: .he, seed: 1)
    let wide = Tensor([2, 1], [-1e30, 1e30])
    #expect(firstBrokenLayer { _ = layers.forward(wide, &parameters, .training) } == "a")
  }
}
