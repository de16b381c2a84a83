import CSiamKernels
import SiamNeuralNetworks
package import SiamTensors

/// An image restored by fitting one random network to what is known of it: the structure of the network alone makes
/// natural images easier to fit than noise.
///
/// The input is noise that stays, uniform in 0...0.1, plus fresh noise at each step; the answer is a moving average of the
/// outputs. When a step throws the fit far back, the weights go back to those of the last check, as in the published code.
/// Source: Ulyanov, Vedaldi, Lempitsky 2018, "Deep Image Prior".
package struct DeepImagePrior: Sendable {
  /// How the network is built and fitted.
  package struct Configuration: Sendable, Equatable {
    /// The shape of the network.
    package var network = HourglassConfiguration()
    /// Adam's rate.
    package var rate: Float = 0.01
    /// The standard deviation of the fresh noise on the input.
    package var inputNoise: Float = 1.0 / 30
    /// How much of the average stays at each step; 0 takes each output as it is.
    package var averaging: Float = 0.99
    /// All that is random follows from it.
    package var seed: UInt64 = 0

    /// The published values.
    package init() {}
  }

  /// How the network is built and fitted.
  package let configuration: Configuration
  private let observation: any Observation
  private let network: Hourglass
  /// (1, H, W, inputs), stored as a multiple of 16 channels.
  private let noise: Tensor
  /// The network's weights as they are now.
  private(set) var parameters: Parameters
  private var optimizer: Adam
  /// The steps taken.
  package private(set) var steps = 0
  /// The last step's output and the average of all, (H, W, 3) in 0...1.
  package private(set) var output, average: Tensor
  /// The weights and the loss of the last check.
  private var check: (parameters: Parameters, loss: Double)?
  /// How often the weights went back to those of a check.
  package private(set) var returns = 0
  private static let checkEvery = 100
  /// 5 dB.
  private static let largestRise = 3.1623

  /// - Precondition: sides of at least `configuration.network.smallestSide`.
  package init(_ observation: any Observation, _ configuration: Configuration = Configuration()) {
    let (height, width) = (observation.height, observation.width)
    let smallest = configuration.network.smallestSide
    precondition(
      min(height, width) >= smallest, "\(height)x\(width) pixels, fewer than \(smallest) on a side")
    self.init(
      observation, configuration,
      parameters: Hourglass(configuration.network).parameters(
        seed: configuration.seed), noise: Self.noise(height, width, configuration))
  }

  /// With weights and an input that are given.
  init(
    _ observation: any Observation, _ configuration: Configuration, parameters: Parameters, noise: Tensor
  ) {
    (self.observation, self.configuration) = (observation, configuration)
    (self.parameters, self.noise) = (parameters, noise)
    network = Hourglass(configuration.network)
    optimizer = Adam(count: parameters.values.count)
    output = Tensor(zeros: [observation.height, observation.width, 3])
    average = output
  }

  private static func noise(_ height: Int, _ width: Int, _ configuration: Configuration) -> Tensor {
    let (count, channels) = (configuration.network.inputs, stored(configuration.network.inputs))
    var generator = CounterGenerator(configuration.seed, 0)
    let values = (0..<height * width * channels).map { index in
      index % channels < count ? Float(generator.next() >> 40) * 0x1p-24 * 0.1 : 0
    }
    return Tensor([1, height, width, channels], values)
  }

  /// One step: forward, the error, backward, Adam. Returns the error before the step.
  ///
  /// - Throws: `NotFinite` when the error is NaN or infinite even after going back.
  package mutating func advance() throws(NotFinite) -> Double {
    let (image, backward) = network.forward(disturbedNoise(), &parameters)
    let (loss, gradient) = observation.error(of: image)
    if steps % Self.checkEvery == 0 || !loss.isFinite, let check,
      !(loss <= Self.largestRise * check.loss)
    {
      if !loss.isFinite, returns > 10 { throw NotFinite(step: steps) }
      // The published code goes back by weights alone: Adam's moments, which led here, are kept.
      parameters = check.parameters
      if !loss.isFinite { optimizer = Adam(count: parameters.values.count) }
      returns += 1
      steps += 1
      return loss
    }
    if !loss.isFinite { throw NotFinite(step: steps) }
    if steps % Self.checkEvery == 0 { check = (parameters, loss) }
    output = image
    average = steps == 0 ? image : mixed(average, image, keeping: configuration.averaging)
    parameters.clearGradients()
    backward(gradient, &parameters)
    optimizer.step(&parameters, rate: configuration.rate)
    steps += 1
    return loss
  }

  /// The input of the step that is next.
  private func disturbedNoise() -> Tensor {
    let deviation = configuration.inputNoise
    guard deviation > 0 else { return noise }
    let (inputs, channels, count) = (configuration.network.inputs, noise.channels, noise.count)
    let result = Tensor(uninitialized: noise.shape)
    var generator = CounterGenerator(configuration.seed, 1, UInt64(steps))
    let (key, from, to) = (generator.next(), noise.buffer, result.buffer)
    parallelFor(0..<count, by: 32_768) { some in
      let at = some.lowerBound
      unsafe ck_kernels().pointee.add_normal_noise(
        from.base + at, some.count, key, UInt64(at), deviation, to.base + at)
      // The channels that only fill up stay zero; a stretch is whole pixels or nothing of one that fills up.
      guard inputs < channels else { return }
      for index in some where index % channels >= inputs { unsafe to.base[index] = 0 }
    }
    return result
  }
}

/// The error of the fit is NaN or infinite.
package struct NotFinite: Error, Equatable, CustomStringConvertible {
  /// The step at which it happened, from 0.
  package let step: Int
  package var description: String { "at step \(step) the error is NaN or infinite; lower --lr" }
}

/// keeping · a + (1 − keeping) · b.
private func mixed(_ a: Tensor, _ b: Tensor, keeping: Float) -> Tensor {
  let result = Tensor(uninitialized: a.shape)
  let (from, other, to) = (a.buffer, b.buffer, result.buffer)
  unsafe ck_kernels().pointee.scale(from.base, a.count, keeping, false, to.base)
  unsafe ck_kernels().pointee.scale(other.base, a.count, 1 - keeping, true, to.base)
  return result
}
