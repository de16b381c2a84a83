extension EncoderConfiguration.Preset {
  /// Four 3x3 convolutions, channels doubling from `width`, each halving the image but the first.
  public static let tiny = Self(
    rawValue: "tiny", summary: "four convolutions, width 16", defaultWidth: 16, sides: [32],
    hasResidualBlocks: false
  ) { configuration, layout in
    (0..<4).map { index in
      ConvolutionUnit(
        index == 0 ? 3 : configuration.width << (index - 1), configuration.width << index,
        stride: index == 0 ? 1 : 2, normalization: configuration.normalization, propagates: index > 0,
        named: "encoder.\(index)", in: &layout)
    }
  }
}
