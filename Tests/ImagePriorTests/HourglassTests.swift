import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@testable import SiamImagePrior

/// The networks of `data/reference/prior.safetensors`, see tools/reference/torch_prior.py.
enum PriorCase: String, CaseIterable, CustomTestStringConvertible {
  case even, odd, bare

  var testDescription: String { rawValue }
  var configuration: HourglassConfiguration {
    switch self {
    case .even: HourglassConfiguration(depth: 1, width: 16, skip: 4, inputs: 8)
    case .odd: HourglassConfiguration(depth: 2, width: 16, skip: 4, inputs: 5)
    case .bare: HourglassConfiguration(depth: 1, width: 24, skip: 0, inputs: 16)
    }
  }
}

extension Tensor {
  /// An image (H, W, C) as a batch of one.
  var batchOfOne: Tensor { reshaped([1] + shape) }
}

@Suite struct HourglassTests {
  private let reference: Reference

  init() throws { reference = try Reference("prior") }

  @Test(arguments: PriorCase.allCases)
  func `picture and gradients are PyTorch's`(_ name: PriorCase) throws {
    let network = Hourglass(name.configuration)
    var parameters = try reference.parameters(network.layout, "\(name.rawValue)/value/")
    let target = try reference.tensor("\(name.rawValue)/target")
    let pass = network.forward(try reference.tensor("\(name.rawValue)/noise").batchOfOne, &parameters)
    #expect(relativeError(pass.image.values, try reference.values("\(name.rawValue)/first")) < 1e-5)
    let (loss, gradient) = NoisyImage(target).error(of: pass.image)
    let losses: [Float] = try reference.values("\(name.rawValue)/loss")
    #expect(abs(loss - Double(losses[0])) < 1e-5 * loss)
    pass.backward(gradient, &parameters)
    let worst = try reference.largestError(
      parameters, \.gradients, "\(name.rawValue)/gradient/", floor: 1e-4)
    #expect(worst < 2e-4)
  }

  @Test(arguments: PriorCase.allCases)
  func `steps of Adam go where PyTorch's go`(_ name: PriorCase) throws {
    var configuration = DeepImagePrior.Configuration()
    configuration.network = name.configuration
    configuration.inputNoise = 0
    let network = Hourglass(name.configuration)
    var prior = DeepImagePrior(
      NoisyImage(try reference.tensor("\(name.rawValue)/target")), configuration,
      parameters: try reference.parameters(network.layout, "\(name.rawValue)/value/"),
      noise: try reference.tensor("\(name.rawValue)/noise").batchOfOne)
    let expected: [Float] = try reference.values("\(name.rawValue)/loss")
    var losses: [Float] = []
    for _ in expected { losses.append(Float(try prior.advance())) }
    #expect(relativeError(losses, expected) < 1e-4)
    _ = try prior.advance()
    #expect(relativeError(prior.output.values, try reference.values("\(name.rawValue)/last")) < 1e-3)
  }
}
