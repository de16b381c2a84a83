import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

/// What holds for every preset, whatever its stages are: a new one is tested by its line in the list.
@Suite struct EncoderPresetTests {
  /// A preset and the side of the images that it is configured for.
  struct Case: CustomTestStringConvertible {
    let preset: EncoderConfiguration.Preset
    let side: Int
    var testDescription: String { "\(preset.rawValue) for \(side) px" }

    func encoder(width: Int, normalizes: Bool = true, in layout: inout ParameterLayout) -> Encoder {
      EncoderConfiguration(preset: preset, width: width, size: side, normalizes: normalizes).encoder(
        in: &layout)
    }
  }

  static let cases = EncoderConfiguration.Preset.allCases.flatMap { preset in
    preset.sides.map { Case(preset: preset, side: $0) }
  }

  @Test("every parameter's gradient agrees with the plain network", arguments: cases)
  func gradients(of test: Case) throws {
    var layout = ParameterLayout()
    // Normalised by so few pixels, the rounding of the first of fifty layers would be as large as the output of the last.
    let isDeep = test.preset == .efficientNetLite0
    let encoder = test.encoder(width: isDeep ? 4 : 2, normalizes: !isDeep, in: &layout)
    let stages = try encoder.stages.map { try #require($0 as? any PlainStage) }
    let parameters = Parameters(wild: layout)
    let x = randomTensor([3, 9, 8, 3], 1)
    let errors = errors(
      x, parameters, input: false, of: { run(encoder, x, parameters, dy: $0) },
      against: { network, x in network.average(stages.reduce(x) { $1.plain($0, network) }) })
    #expect(errors.largest < 5e-4, "\(errors)")
  }

  @Test("the shapes that stages report are those of their outputs and weights", arguments: cases, [1, 9, 32])
  func shapes(of test: Case, side: Int) {
    var layout = ParameterLayout()
    let encoder = test.encoder(width: 3, in: &layout)
    var parameters = Parameters(layout, initializer: .he, seed: 1)
    var x = Activation(randomTensor([1, side, side, 3], 1))
    for (stage, shapes) in zip(encoder.stages, encoder.shapes(side: side)) {
      x = stage.forward(x, &parameters, .training).y
      #expect(x.values.shape == [1, shapes.side, shapes.side, shapes.channels], "\(stage.name)")
    }
    #expect(encoder.dimension == x.channels)
    let weights = layout.entries.filter { $0.shape.count == 4 }
    let convolutions = encoder.convolutions(side: side)
    #expect(weights.map(\.shape) == convolutions.map { [$0.kernel, $0.kernel, $0.inputs, $0.outputs] })
    #expect(convolutions.map(\.propagates) == convolutions.indices.map { $0 > 0 })
  }

  @Test("names begin with their stage's, and stages have names of their own", arguments: cases)
  func names(of test: Case) {
    var layout = ParameterLayout()
    let encoder = test.encoder(width: 2, in: &layout)
    let names = encoder.stages.map(\.name)
    #expect(Set(names).count == names.count)
    for entry in layout.entries {
      #expect(names.contains { entry.name.hasPrefix($0 + ".") }, "\(entry.name)")
    }
  }

  @Test("a preset is found by its name, and written as it", arguments: EncoderConfiguration.Preset.allCases)
  func name(of preset: EncoderConfiguration.Preset) {
    #expect(EncoderConfiguration.Preset(rawValue: preset.rawValue) == preset)
    #expect(EncoderConfiguration.Preset.allCases.filter { $0.rawValue == preset.rawValue }.count == 1)
    #expect(!preset.summary.isEmpty && preset.defaultWidth > 0 && !preset.sides.isEmpty)
  }
}

/// A stage written as the textbook has it.
private protocol PlainStage {
  func plain(_ x: PlainMap, _ network: PlainNetwork) -> PlainMap
}

extension ConvolutionUnit: PlainStage {
  fileprivate func plain(_ x: PlainMap, _ network: PlainNetwork) -> PlainMap {
    network.unit(
      x, name, stride: convolution.stride, relu: slope == 0, ceiling: Double(ceiling),
      isBehind: convolution.border == .zerosBehind)
  }
}

extension ResidualBlock: PlainStage {
  fileprivate func plain(_ x: PlainMap, _ network: PlainNetwork) -> PlainMap {
    network.block(x, name, stride: first.convolution.stride)
  }
}

extension InvertedResidual: PlainStage {
  fileprivate func plain(_ x: PlainMap, _ network: PlainNetwork) -> PlainMap {
    network.inverted(x, name, stride: depthwise.convolution.stride, adds: adds)
  }
}

extension MaxPool: PlainStage {
  fileprivate func plain(_ x: PlainMap, _ network: PlainNetwork) -> PlainMap { network.maxPool(x) }
}
