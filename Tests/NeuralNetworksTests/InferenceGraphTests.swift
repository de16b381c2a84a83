import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct InferenceGraphTests {
  @Test(
    "the operations are those of the encoder",
    arguments: [
      (EncoderConfiguration.Preset.tiny, 32, 4, 4, 0), (.small, 32, 20, 17, 0), (.resnet18, 72, 20, 17, 1),
      (.efficientNetLite0, 64, 49, 33, 0),
    ])
  func counts(preset: EncoderConfiguration.Preset, size: Int, convolutions: Int, relus: Int, pools: Int) {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: preset, width: 4, size: size).encoder(in: &layout)
    let parameters = Parameters(layout, initializer: .uniform, seed: 1)
    let operations = encoder.inferenceGraph(parameters).operations
    func count(_ isOne: (InferenceGraph.Operation) -> Bool) -> Int { operations.count(where: isOne) }
    #expect(count { if case .convolution = $0 { true } else { false } } == convolutions)
    #expect(count { if case .relu = $0 { true } else { false } } == relus)
    #expect(count { if case .largest = $0 { true } else { false } } == pools)
    #expect(operations.last == .average(of: operations.count - 1))
  }

  @Test func `a normalisation is folded into weights and bias`() {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(1, 2, kernel: 1, named: "encoder.unit", in: &layout)
    var parameters = Parameters(layout, initializer: .uniform, seed: 1)
    // Weights 3 and 5; γ 2 and 1, β 0.5 and 0; mean 1 and 2, variance 4 and 1 (with ε 1e-5).
    parameters.values = Tensor([6], [3, 5, 2, 1, 0.5, 0])
    parameters.statistics = Tensor([4], [1, 2, 4, 1])
    var graph = InferenceGraph()
    #expect(unit.describe(0, parameters, in: &graph) == 2)
    guard
      case .convolution(of: 0, let weights, [2, 1, 1, 1], let bias, stride: 1, border: .zeros, groups: 1) =
        graph.operations[0]
    else {
      Issue.record("\(graph.operations[0])")
      return
    }
    for (found, expected) in zip(weights + bias, [3, 5, -0.5, -2]) {
      #expect(abs(found - Float(expected)) < 1e-4)
    }
  }
}
