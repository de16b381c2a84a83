extension EncoderConfiguration.Preset {
  /// EfficientNet-Lite0: inverted residual blocks with depthwise convolutions of 3x3 and 5x5 and ReLU6, without
  /// squeeze-and-excite. Borders are TensorFlow's, unless they are to be even.
  ///
  /// Source: Tan, Le 2019, "EfficientNet", table 1, at the changes of EfficientNet-Lite.
  public static let efficientNetLite0 = Self(
    rawValue: "efficientnet-lite0", summary: "depthwise convolutions, 3x3 stem of stride 2, for 224 px",
    defaultWidth: 32, sides: [224], hasResidualBlocks: true
  ) { configuration, layout in
    let normalization = configuration.normalization
    let border = configuration.hasEvenBorders == true ? Border.zeros : .zerosBehind
    /// The channels at the default width, scaled.
    func scaled(_ channels: Int) -> Int { max(1, channels * configuration.width / 32) }
    let stem = ConvolutionUnit(
      3, scaled(32), stride: 2, border: border, normalization: normalization,
      ceiling: DepthwiseUnit.ceiling, propagates: false, named: "encoder.stem", in: &layout)
    var stages: [any Stage] = [stem]
    var inputs = scaled(32)
    for (index, group) in liteGroups.enumerated() {
      for block in 0..<group.blocks {
        stages.append(
          InvertedResidual(
            inputs, scaled(group.channels), expansion: group.expansion, kernel: group.kernel,
            stride: block == 0 ? group.stride : 1, border: border, normalization: normalization,
            lastScale: configuration.startsAsIdentity ? 0 : 1, named: "encoder.\(index).\(block)", in: &layout
          ))
        inputs = scaled(group.channels)
      }
    }
    let head = ConvolutionUnit(
      inputs, scaled(1280), kernel: 1, normalization: normalization, ceiling: DepthwiseUnit.ceiling,
      named: "encoder.head", in: &layout)
    return stages + [head]
  }
}

/// The groups of blocks of EfficientNet-B0, whose first blocks alone have the stride.
private let liteGroups: [(blocks: Int, channels: Int, expansion: Int, kernel: Int, stride: Int)] = [
  (1, 16, 1, 3, 1), (2, 24, 6, 3, 2), (2, 40, 6, 5, 2), (3, 80, 6, 3, 2), (3, 112, 6, 5, 1),
  (4, 192, 6, 5, 2), (1, 320, 6, 3, 1),
]
