import Tensors

/// Two 3x3 convolutions and a shortcut around them: y = ReLU(norm(conv(ReLU(norm(conv(x))))) + shortcut(x)).
///
/// The shortcut is x itself, or a 1x1 convolution where the size or the channels change.
/// Source: He, Zhang, Ren, Sun 2016, the basic block.
struct ResidualBlock: Stage {
  let name: String
  let first, second: ConvolutionUnit
  let shortcut: ConvolutionUnit?

  /// - Parameter lastScale: where γ of the second normalisation starts; 0 makes a fresh block the identity.
  init(
    _ inputs: Int, _ outputs: Int, stride: Int, normalization: Normalization.Kind, lastScale: Float,
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

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    // Both branches read x: what is pending in it is done once.
    let entry = settle(x, relu: x.relu)
    let input = Activation(entry.y)
    let inner = first.profiledForward(input, &parameters, mode)
    let outer = second.profiledForward(inner.y, &parameters, mode)
    let around = shortcut.map { $0.profiledForward(input, &parameters, mode) }
    let sum = settle(outer.y, adding: around?.y ?? input, relu: true)
    let pending = x.pending != nil
    return (
      Activation(sum.y),
      { gradient, adding, parameters in
        let (main, side) = sum.backward(gradient.dy)
        var dx = adding
        if let around, let side {
          dx = around.backward(side, dx, &parameters).dy
        } else {
          precondition(adding == nil, "a block's input has one reader")
          dx = main.dy
        }
        let middle = outer.backward(main, nil, &parameters)
        let result = inner.backward(middle, dx, &parameters)
        return pending ? entry.backward(result.dy).main : result
      }
    )
  }
}
