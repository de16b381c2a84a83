import SiamTensors

/// A 1x1 convolution to many channels, a depthwise one, and a 1x1 convolution back to few, with a shortcut around them where
/// the shape stays: y = norm(conv(ReLU6(norm(depthwise(ReLU6(norm(conv(x)))))))) + x.
///
/// Source: Sandler, Howard, Zhu, Zhmoginov, Chen 2018, "MobileNetV2"; without squeeze-and-excite as in EfficientNet-Lite.
struct InvertedResidual: Stage {
  let name: String
  /// Nil where the channels are not expanded.
  let expand: ConvolutionUnit?
  let depthwise: DepthwiseUnit
  let project: ConvolutionUnit
  /// Whether x is added to the output.
  let adds: Bool

  /// Claims the units' parameters, under names that begin with `name`.
  ///
  /// - Parameters:
  ///   - expansion: how many times the channels are expanded; 1 has no first convolution.
  ///   - lastScale: where γ of the last normalisation starts in a block with a shortcut.
  init(
    _ inputs: Int, _ outputs: Int, expansion: Int, kernel: Int, stride: Int, border: Border = .zerosBehind,
    normalization: ChannelNormalization.Kind, lastScale: Float, named name: String,
    in layout: inout ParameterLayout
  ) {
    self.name = name
    adds = stride == 1 && inputs == outputs && expansion > 1
    let inner = inputs * expansion
    expand =
      expansion == 1
      ? nil
      : ConvolutionUnit(
        inputs, inner, kernel: 1, normalization: normalization, ceiling: DepthwiseUnit.ceiling,
        named: name + ".expand", in: &layout)
    depthwise = DepthwiseUnit(
      inner, kernel: kernel, stride: stride, border: border, normalization: normalization,
      named: name + ".depthwise",
      in: &layout)
    project = ConvolutionUnit(
      inner, outputs, kernel: 1, normalization: normalization, initialScale: adds ? lastScale : 1,
      relu: false,
      named: name + ".project", in: &layout)
  }

  private var units: [any Stage] { (expand.map { [$0] } ?? []) + [depthwise, project] }

  func shapes(side: Int, channels: Int) -> StageShapes {
    let all = Encoder.shapes(of: units, side: side, channels: channels)
    return StageShapes(
      convolutions: all.flatMap(\.convolutions), side: all.last?.side ?? side,
      channels: all.last?.channels ?? channels)
  }

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    if mode == .evaluation {
      let pass = parameters.prepared?.block(self, parameters) ?? InvertedResidualPass(self, parameters)
      return (
        Activation(pass.run(settle(x).y)), { _, _, _ in preconditionFailure("an evaluation has no backward") }
      )
    }
    // The first convolution settles x as it reads it, for the shortcut and the backward pass.
    let input = adds ? x.settling() : x
    let wide = expand.map { $0.profiledForward(input, &parameters, mode) }
    let inner = depthwise.profiledForward(wide?.y ?? input, &parameters, mode)
    let outer = project.profiledForward(inner.y, &parameters, mode)
    return (
      adds ? Activation(adding: input.read, to: outer.y, slope: 1) : outer.y,
      { gradient, adding, parameters in
        precondition(adding == nil, "a block's input has one reader")
        // Without a ReLU behind the sum its gradient is the shortcut's too.
        let around = adds ? gradient.dy : nil
        let middle = inner.backward(outer.backward(gradient, nil, &parameters), nil, &parameters)
        return wide?.backward(middle, around, &parameters) ?? middle
      }
    )
  }

  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    let y = units.reduce(x) { $1.describe($0, parameters, in: &graph) }
    return adds ? graph.add(.sum(y, x)) : y
  }
}
