extension EncoderConfiguration {
  /// An architecture by name. Each is a file of its own that describes it, and one line in `allCases`.
  public struct Preset: Sendable {
    /// The name, as the command line and a run's configuration have it.
    public let rawValue: String
    /// What it is, in the words of the help.
    package let summary: String
    /// The default number of channels after the first stage.
    package let defaultWidth: Int
    /// The sides in pixels of the images that it is made for.
    package let sides: [Int]
    /// Whether it has residual blocks, which can start as the identity.
    package let hasResidualBlocks: Bool
    /// Its stages for a configuration, with their parameters claimed under names that begin with "encoder.".
    let stages: @Sendable (EncoderConfiguration, inout ParameterLayout) -> [any Stage]

    /// All presets, in the order of the help.
    public static let allCases: [Self] = [.tiny, .small, .resnet18, .efficientNetLite0]
  }
}

extension EncoderConfiguration.Preset: RawRepresentable, CaseIterable, Codable, Hashable {
  /// The preset of that name.
  public init?(rawValue: String) {
    guard let preset = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = preset
  }
}
