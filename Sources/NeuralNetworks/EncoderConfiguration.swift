/// An encoder by name: what a run's configuration holds.
public struct EncoderConfiguration: Sendable, Equatable, Codable {
  /// The architecture.
  public var preset: Preset
  /// The channels after the stem.
  public var width: Int
  /// The side of the images, in pixels.
  public var size: Int
  /// False for a network with biases in place of batch normalisation.
  public var normalizes: Bool
  /// Whether γ of each block's last normalisation starts at 0, so that a fresh block is the identity.
  public var startsAsIdentity: Bool
  /// Whether the running statistics are constants in training, as those that many other images have left; nil for no.
  package var freezesStatistics: Bool?
  /// Whether borders are even where TensorFlow's are larger behind an image, in presets that have those; nil for no.
  package var hasEvenBorders: Bool?

  /// An encoder of that architecture, for images of `size` x `size`.
  ///
  /// - Parameter width: nil is the preset's default.
  public init(
    preset: Preset = .small, width: Int? = nil, size: Int = 32, normalizes: Bool = true,
    startsAsIdentity: Bool = false
  ) {
    self.preset = preset
    self.width = width ?? preset.defaultWidth
    self.size = size
    (self.normalizes, self.startsAsIdentity) = (normalizes, startsAsIdentity)
  }

  /// Whether the running statistics are constants in training.
  package var hasFrozenStatistics: Bool {
    get { freezesStatistics ?? false }
    set { freezesStatistics = newValue ? true : nil }
  }

  /// Claims the encoder's parameters, under names that begin with "encoder.".
  package func encoder(in layout: inout ParameterLayout) -> Encoder {
    Encoder(stages: preset.stages(self, &layout))
  }

  /// The kind of all its normalisations.
  var normalization: ChannelNormalization.Kind {
    guard normalizes else { return .bias }
    return hasFrozenStatistics ? .frozen : .batch
  }
}
