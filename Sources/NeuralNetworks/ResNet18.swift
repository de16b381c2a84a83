extension EncoderConfiguration.Preset {
  /// ResNet-18: for images above 64 px a 7x7 stem of stride 2 and a max-pool, else a 3x3 stem.
  ///
  /// Source: He, Zhang, Ren, Sun 2016, "Deep Residual Learning for Image Recognition", table 1.
  public static let resnet18 = Self(
    rawValue: "resnet18", summary: "width 64, 3x3 stem up to 64 px, 7x7 and max-pool above", defaultWidth: 64,
    sides: [32, 224], hasResidualBlocks: true
  ) { configuration, layout in
    let isLarge = configuration.size > 64
    let stem = ConvolutionUnit(
      3, configuration.width, kernel: isLarge ? 7 : 3, stride: isLarge ? 2 : 1,
      normalization: configuration.normalization, propagates: false, named: "encoder.stem", in: &layout)
    let pool: [any Stage] = isLarge ? [MaxPool()] : []
    return [stem] + pool + ResidualBlock.groups(configuration, in: &layout)
  }
}

extension ResidualBlock {
  /// ResNet-18's four groups of two blocks each: from one group to the next the channels double from `width` and the
  /// sides halve.
  static func groups(_ configuration: EncoderConfiguration, in layout: inout ParameterLayout) -> [any Stage] {
    (0..<8).map { index in
      let (group, isFirst) = (index / 2, index % 2 == 0)
      let channels = configuration.width << group
      return ResidualBlock(
        group > 0 && isFirst ? channels / 2 : channels, channels, stride: group > 0 && isFirst ? 2 : 1,
        normalization: configuration.normalization, lastScale: configuration.startsAsIdentity ? 0 : 1,
        named: "encoder.\(group).\(index % 2)", in: &layout)
    }
  }
}
