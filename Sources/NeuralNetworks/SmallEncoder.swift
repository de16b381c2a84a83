extension EncoderConfiguration.Preset {
  /// ResNet-18's blocks at a quarter of its width, with a 3x3 stem.
  public static let small = Self(
    rawValue: "small", summary: "ResNet-18-shaped, width 16, 3x3 stem", defaultWidth: 16, sides: [32],
    hasResidualBlocks: true
  ) { configuration, layout in
    let stem = ConvolutionUnit(
      3, configuration.width, normalization: configuration.normalization, propagates: false,
      named: "encoder.stem", in: &layout)
    return [stem] + ResidualBlock.groups(configuration, in: &layout)
  }
}
