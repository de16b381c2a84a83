import SiamTensors

/// Two 3x3 convolutions and a shortcut around them: y = ReLU(norm(conv(ReLU(norm(conv(x))))) + shortcut(x)).
///
/// The shortcut is x itself, or a 1x1 convolution where the size or the channels change.
/// Source: He, Zhang, Ren, Sun 2016, the basic block.
struct ResidualBlock: Stage {
  let name: String
  let first: ConvolutionUnit
  let second: ConvolutionUnit
  let shortcut: ConvolutionUnit?

  /// Claims the units' parameters, under names that begin with `name`.
  ///
  /// - Parameter lastScale: where γ of the second normalisation starts; 0 makes a fresh block the identity.
  init(
    _ inputs: Int, _ outputs: Int, stride: Int, normalization: ChannelNormalization.Kind, lastScale: Float,
    named name: String, in layout: inout ParameterLayout
  ) {
    self.name = name
    first = ConvolutionUnit(
      inputs, outputs, stride: stride, normalization: normalization, named: name + ".first", in: &layout)
    second = ConvolutionUnit(
      outputs, outputs, normalization: normalization, initialScale: lastScale, relu: false,
      named: name + ".second",
      in: &layout)
    shortcut =
      stride == 1 && inputs == outputs
      ? nil
      : ConvolutionUnit(
        inputs, outputs, kernel: 1, stride: stride, normalization: normalization, relu: false,
        named: name + ".shortcut", in: &layout)
  }

  func shapes(side: Int, channels: Int) -> StageShapes {
    let inner = first.shapes(side: side, channels: channels)
    let outer = second.shapes(side: inner.side, channels: inner.channels)
    let around = shortcut?.shapes(side: side, channels: channels).convolutions ?? []
    return StageShapes(
      convolutions: inner.convolutions + outer.convolutions + around, side: outer.side,
      channels: outer.channels)
  }

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    // The first convolution settles x as it reads it, for the shortcut and the backward pass.
    let input = x.settling()
    let inner = first.profiledForward(input, &parameters, mode)
    let outer = second.profiledForward(inner.y, &parameters, mode)
    let around = shortcut.map { $0.profiledForward(input.read, &parameters, mode) }
    return (
      Activation(adding: around?.y ?? input.read, to: outer.y),
      { gradient, adding, parameters in
        precondition(adding == nil, "a block's input has one reader")
        let side = ActivationGradient(gradient.dy, sums: gradient.shortcutSums)
        let dx = around?.backward(side, nil, &parameters).dy ?? gradient.dy
        let middle = outer.backward(gradient, nil, &parameters)
        return inner.backward(middle, dx, &parameters)
      }
    )
  }
}
