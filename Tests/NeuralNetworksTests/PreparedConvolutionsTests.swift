import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct PreparedConvolutionsTests {
  @Test("prepared once, an encoder maps pictures of any size to the same bits", arguments: [16, 20])
  func sameBits(size: Int) {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: .small, width: 16, size: 32).encoder(in: &layout)
    var plain = Parameters(layout, initializer: .uniform, seed: 3)
    var prepared = plain
    prepared.prepared = PreparedConvolutions()
    for (batch, side) in [(33, size), (2, size), (3, 32)] {
      let images = randomTensor([batch, side, side, 3], UInt64(batch))
      let expected = encoder.map(images, &plain, .evaluation).values
      // Twice: as it is prepared, and as it has been.
      for _ in 0..<2 { #expect(encoder.map(images, &prepared, .evaluation).values == expected) }
    }
  }

  @Test func `a convolution is prepared once for a size, and each has its own`() {
    var layout = ParameterLayout()
    let convolutions = ["a", "b"].map { Convolution(16, 16, kernel: 3, stride: 1, named: $0, in: &layout) }
    let parameters = Parameters(layout, initializer: .uniform, seed: 4)
    let prepared = PreparedConvolutions()
    let x = Activation(randomTensor([1, 8, 8, 16], 5))
    func output(_ convolution: Convolution, _ parameters: Parameters) -> [Float] {
      let y = Tensor(uninitialized: [1, 8, 8, 16])
      let pass = prepared.forward(of: convolution, height: 8, width: 8, parameters)
      pass.run(Slices(batch: 1), pass.regions(of: x), of: x, to: y.buffer) { _ in }
      return y.values
    }
    let (a, b) = (output(convolutions[0], parameters), output(convolutions[1], parameters))
    #expect(a != b)
    // Other values show that nothing is laid out again.
    let others = Parameters(layout, initializer: .uniform, seed: 6)
    #expect(output(convolutions[0], others) == a && output(convolutions[1], others) == b)
  }

  @Test func `what was prepared goes with the values`() {
    var layout = ParameterLayout()
    _ = Convolution(16, 16, kernel: 3, stride: 1, named: "a", in: &layout)
    var parameters = Parameters(layout, initializer: .uniform, seed: 4)
    parameters.prepared = PreparedConvolutions()
    parameters.clearGradients()
    #expect(parameters.prepared != nil)
    var optimizer = SGD(weightDecay: 0, count: layout.count)
    optimizer.step(&parameters, 0..<layout.count, rate: 0.1)
    #expect(parameters.prepared == nil)
  }
}
