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

extension Map {
  /// (H, W, C), without a border.
  init(_ tensor: Tensor) {
    self.init(height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2])
    unsafe values.base.update(from: tensor.buffer.base, count: tensor.count)
  }

  /// (H, W, C), whatever the border.
  var tensor: Tensor {
    let tensor = Tensor(uninitialized: [height, width, channels])
    for y in 0..<height {
      unsafe (tensor.buffer.base + y * width * channels).update(from: row(y), count: width * channels)
    }
    return tensor
  }
}

@Suite struct HourglassTests {
  private let reference: Reference

  init() throws { reference = try Reference("prior") }

  @Test(arguments: PriorCase.allCases)
  func `picture and gradients are PyTorch's`(_ name: PriorCase) throws {
    let network = Hourglass(name.configuration)
    var parameters = try reference.parameters(network.layout, "\(name.rawValue)/value/")
    let target = try reference.tensor("\(name.rawValue)/target")
    let pass = network.forward(Map(try reference.tensor("\(name.rawValue)/noise")), parameters)
    #expect(relativeError(pass.picture.values, try reference.values("\(name.rawValue)/first")) < 1e-5)
    let (loss, gradient) = NoisyPicture(target).error(of: pass.picture)
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
      NoisyPicture(try reference.tensor("\(name.rawValue)/target")), configuration,
      parameters: try reference.parameters(network.layout, "\(name.rawValue)/value/"),
      noise: Map(try reference.tensor("\(name.rawValue)/noise")))
    let expected: [Float] = try reference.values("\(name.rawValue)/loss")
    var losses: [Float] = []
    for _ in expected { losses.append(Float(try prior.advance())) }
    #expect(relativeError(losses, expected) < 1e-4)
    _ = try prior.advance()
    #expect(relativeError(prior.output.values, try reference.values("\(name.rawValue)/last")) < 1e-3)
  }
}
