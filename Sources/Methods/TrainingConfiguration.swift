public import SiamAugmentations
package import SiamImages
public import SiamNeuralNetworks

/// Everything that decides a training: with the images it determines every bit of the result.
public struct TrainingConfiguration: Sendable, Equatable, Codable {
  /// The name of one of `learningMethods`, or of a network's beside patch features, and the choices that are its own.
  public var method: String
  /// The choices for the method's own options.
  public var options = MethodValues()
  /// The encoder.
  public var encoder = EncoderConfiguration(startsAsIdentity: true)
  /// The initialiser of the weights.
  public var initializer = Initializer.uniform
  /// How views are made; stored as text in `config.json`.
  public var recipe = Recipe.cifar
  /// The width of the projector's layers and of the outputs of projector and predictor.
  public var dimension = 256
  /// The width of the predictor's bottleneck.
  public var hidden = 64
  /// The number of the projector's layers.
  public var projectorLayers = 2
  /// The layers of projector and predictor that are normalised.
  public var headNormalization = HeadNormalization.all
  /// Passes over the images.
  public var epochs = 100
  /// Images in a step.
  public var batch = 128
  /// The learning rate at a batch of 256; the rate used is baseRate · batch / 256 (Goyal et al. 2017).
  public var baseRate: Float = 0.4
  /// Epochs in which the rate rises to its peak, before the cosine takes it to 0.
  public var warmupEpochs = 1
  /// The momentum of SGD.
  public var momentum: Float = 0.9
  /// The weight decay of all parameters.
  public var weightDecay: Float = 5e-4
  /// The encoder's rate at a batch of 256, if it differs from that of the projector; 0 keeps its weights.
  package var encoderBaseRate: Float?
  /// The predictor's rate at a batch of 256, if it differs from that of the rest; 0 keeps its initial weights.
  public var predictorBaseRate: Float?
  /// Whether the predictor's rate stays at its peak while the rest follows the cosine.
  public var constantPredictorRate = true
  /// The random seed: the same seed gives the same bits.
  public var seed: UInt64 = 0
  /// How images are brought to the encoder's size when nothing is random; nil for the largest square in the middle.
  package var framing: Framing?
  /// The network whose weights were imported, such as "resnet18"; nil for one that was trained here.
  package var imported: String?

  /// What serves an hour or less of a CPU: small batches, a high rate and blocks that begin as the identity, where the
  /// papers have weeks of a GPU. Chosen on training images held out.
  package init(_ method: any LearningMethod.Type = defaultMethod) {
    self.method = method.name
    method.setDefaults(in: &self)
  }

  /// Switches to another method, with its defaults and its paper's options for small images.
  package mutating func use(_ method: any Method.Type) {
    self.method = method.name
    method.setDefaults(in: &self)
    for (name, value) in method.smallImageOptions { options.byName[name] = value }
  }

  /// In a word where the encoder comes from: its method, or "imported".
  package var origin: String { imported == nil ? method : "imported" }

  /// What tables call the encoder.
  package var encoderName: String { imported == nil ? "trained encoder" : "imported encoder" }

  /// Whether `method` is found in closed form, with no network to train.
  package var isPatches: Bool { method == Patches.name }

  /// The type of the network's method.
  ///
  /// - Precondition: the name of one of `methods`, alone or beside patch features.
  package var methodType: any Method.Type {
    guard let type = SiamMethods.method(named: networkMethod) else {
      preconditionFailure("no method \(method)")
    }
    return type
  }

  /// The peak of the learning rate, and of the encoder's and the predictor's.
  package var rate: Float { baseRate * Float(batch) / 256 }
  package var encoderRate: Float { (encoderBaseRate ?? baseRate) * Float(batch) / 256 }
  package var predictorRate: Float { (predictorBaseRate ?? baseRate) * Float(batch) / 256 }

  /// The rate of an imported encoder that is trained further, which a high one would make forget: with 0.02 it lost 3 to 9
  /// points in three epochs on training pictures held out, with 0.0003 none in thirteen.
  package static let importedRate: Float = 0.0003

  /// Sets the epochs; the warm-up must end before them.
  package mutating func setEpochs(_ epochs: Int) {
    self.epochs = epochs
    warmupEpochs = min(warmupEpochs, epochs - 1)
  }

  /// Builds the method and the layout of its network's parameters.
  ///
  /// - Precondition: a valid configuration, see `impossibility`.
  package func network() -> (method: any Method, layout: ParameterLayout) {
    let kind = methodType
    var layout = ParameterLayout()
    let method = kind.init(self, in: &layout)
    return (method, layout)
  }
}

/// Records from before these options existed have their defaults.
extension KeyedDecodingContainer {
  func decode(_ type: MethodValues.Type, forKey key: Key) throws -> MethodValues {
    try decodeIfPresent(type, forKey: key) ?? MethodValues()
  }

  func decode(_ type: HeadNormalization.Type, forKey key: Key) throws -> HeadNormalization {
    try decodeIfPresent(type, forKey: key) ?? .all
  }
}

extension TrainingConfiguration {
  /// Creates the default configuration, for an hour or less on a CPU.
  public init() { self.init(defaultMethod) }
}
