import SiamTensors
import Testing

@testable import SiamNeuralNetworks

@Suite struct ProfilingTests {
  @Test(
    "every layer with parameters has its row, forward and backward, and the bits are those without a profile",
    arguments: EncoderConfiguration.Preset.allCases, [32, 72])
  func rows(preset: EncoderConfiguration.Preset, size: Int) throws {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: preset, width: 4, size: size).encoder(in: &layout)
    let head = Sequential([
      Linear(encoder.dimension, 6, bias: true, named: "head.0.linear", in: &layout),
      BatchNorm(6, named: "head.0.norm", in: &layout), ReLU(),
    ])
    func gradients() -> [UInt32] {
      var parameters = Parameters(layout, initializer: .he, seed: 3)
      var generator = CounterGenerator(7)
      let shape = [2, size, size, 3]
      let images = Tensor(
        shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) })
      let features = encoder.forward(images, &parameters, .training)
      let y = head.forward(features.y, &parameters, .training)
      _ = features.backward(y.backward(y.y, &parameters), &parameters)
      return parameters.gradients.values.map(\.bitPattern)
    }
    let profile = Profile()
    let (with, without) = (Profile.$current.withValue(profile, operation: gradients), gradients())
    #expect(with.elementsEqual(without))

    let owners = Set(
      layout.entries.map { entry in
        let parts = entry.name.split(separator: ".")
        return parts.dropLast(parts[0] == "encoder" ? 2 : 1).joined(separator: ".")
      })
    let rows = profile.rows.filter { owners.contains($0.name) }
    #expect(Set(rows.map(\.name)) == owners && rows.count == owners.count)
    #expect(profile.rows.allSatisfy { $0.calls == 1 && $0.forward > 0 && $0.backward > 0 })
    #expect(profile.rows.contains { $0.name == "encoder.pool" } == encoder.stages.contains { $0 is MaxPool })
  }
}
