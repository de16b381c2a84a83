public import NeuralNetworks

/// Everything that decides a training: with the pictures it determines every bit of the result.
public struct TrainingConfiguration: Sendable, Equatable, Codable {
  public var method = "simsiam"
  public var encoder = EncoderConfiguration()
  public var initializer = Initializer.uniform
  /// The written form of the augmentations.
  public var recipe = "cifar"
  /// The width of projector and predictor, and of the predictor's bottleneck.
  public var dimension = 256
  public var hidden = 64
  public var projectorLayers = 2
  public var epochs = 100
  public var batch = 128
  /// The learning rate at a batch of 256; the rate used is baseRate · batch / 256 (Goyal et al. 2017).
  public var baseRate: Float = 0.06
  public var warmupEpochs = 0
  public var momentum: Float = 0.9
  public var weightDecay: Float = 5e-4
  /// Whether the predictor's rate stays at its peak while the rest follows the cosine.
  public var constantPredictorRate = true
  public var seed: UInt64 = 0

  public init() {}

  /// The peak of the learning rate.
  public var rate: Float { baseRate * Float(batch) / 256 }

  /// The network's places and parts.
  func network() -> (method: SimSiam, layout: ParameterLayout) {
    var layout = ParameterLayout()
    let method = SimSiam(
      encoder: encoder, dimension: dimension, hidden: hidden, projectorLayers: projectorLayers, in: &layout)
    return (method, layout)
  }
}
