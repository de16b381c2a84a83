import SiamTensors

/// A convolution with its normalisation and ReLU, which it leaves pending for the stage above.
///
/// Everything a region needs is done while it is in the cache. Forward: what is pending below, the border, the product,
/// the moments. Backward: the gradient before normalisation, dW, dx, the ReLU below and its sums.
package struct ConvolutionUnit: Stage {
  package let name: String
  /// The convolution, which has no bias.
  package let convolution: Convolution
  let normalization: ChannelNormalization
  /// The slope of the ReLU below zero; 1 where there is none.
  let slope: Float
  /// Where the ReLU ends.
  let ceiling: Float
  /// Whether the backward computes dx. The first unit of a network needs no gradient of the images.
  let propagates: Bool

  /// Claims the weights under `name` + ".conv" and the normalisation's parameters under `name` + ".norm".
  ///
  /// - Parameters:
  ///   - fanIn: how many of the inputs of an output there are to count; nil is all.
  ///   - leak: the slope of the ReLU below zero.
  ///   - ceiling: where it ends; 6 for ReLU6.
  package init(
    _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, border: Border = .zeros,
    fanIn: Int? = nil, normalization kind: ChannelNormalization.Kind = .batch, initialScale: Float = 1,
    relu: Bool = true, leak: Float = 0, ceiling: Float = .infinity, propagates: Bool = true,
    named name: String,
    in layout: inout ParameterLayout
  ) {
    precondition(
      border != .zerosBehind || !propagates, "a border behind is for a network's first convolution")
    convolution = Convolution(
      inputs, outputs, kernel: kernel, stride: stride, border: border, fanIn: fanIn, named: name + ".conv",
      in: &layout)
    normalization = ChannelNormalization(
      kind, channels: outputs, fanIn: convolution.depth, initialScale: initialScale, named: name + ".norm",
      in: &layout)
    (self.name, slope, self.ceiling, self.propagates) = (name, relu ? leak : 1, ceiling, propagates)
  }

  package func shapes(side: Int, channels: Int) -> StageShapes {
    let shape = ConvolutionShape(self, side: side)
    return StageShapes(convolutions: [shape], side: shape.outputSide, channels: shape.outputs)
  }

  package func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    precondition(x.channels == convolution.inputs, "\(x.channels) channels, expected \(convolution.inputs)")
    precondition(
      min(x.height, x.width) > convolution.reflection,
      "\(x.height)x\(x.width) pixels do not reach a border of \(convolution.reflection)")
    let y = Tensor(uninitialized: convolution.outputShape(x))
    let (to, width, channels) = (y.buffer, y.shape[2], y.channels)
    let product =
      parameters.prepared?.forward(of: convolution, height: x.height, width: x.width, parameters)
      ?? convolution.forwardPass(height: x.height, width: x.width, parameters)
    let regions = product.regions(of: x)
    let measures = normalization.measures(mode)
    let moments = Moments(
      parts: measures ? regions.count : 0, areEqual: !regions.areBands, channels: channels)
    let slices = Slices(forward: regions, evaluates: mode == .evaluation)
    product.run(slices, regions, of: x, to: to) { region in
      guard measures else { return }
      let first = (region.image * regions.height + region.rows.lowerBound) * width * channels
      unsafe moments.measure(region.index, to.base + first, pixels: region.rows.count * width)
    }
    let pass = normalization.normalized(by: moments, &parameters, mode)
    let result = Activation(y, pending: pass, slope: slope, ceiling: ceiling)
    return (
      result,
      { gradient, adding, parameters in
        let dy = normalization.backward(gradient, of: result, &parameters)
        return backward(dy, adding, x, &parameters)
      }
    )
  }

  private func backward(
    _ dy: RawGradient, _ adding: Tensor?, _ x: Activation, _ parameters: inout Parameters
  ) -> ActivationGradient {
    let product =
      parameters.prepared?.backward(
        of: convolution, height: x.height, width: x.width, propagates: propagates, parameters)
      ?? convolution.backwardPass(height: x.height, width: x.width, propagates: propagates, parameters)
    let dx = Tensor(uninitialized: propagates ? convolution.extendedShape(x) : [0])
    // What lies in a reflected border is part of dx, which is closed when all of it is there.
    let closes = propagates && convolution.border != .reflection
    let result = closes ? x.gradient(dx) : ActivationGradient(dx, border: convolution.reflection)
    let (to, more) = (dx.buffer, adding?.buffer)
    let gradients = parameters.gradients.unique()
    unsafe product.run(
      of: x.read, dy: dy, weights: gradients.base + convolution.weight.lowerBound, to: propagates ? to : nil
    ) { region in
      guard closes else { return }
      let at = region.image * x.each
      unsafe x.close(
        region.image, to.base + at, adding: more.map { unsafe UnsafePointer($0.base + at) }, into: result)
    }
    if propagates, !closes {
      result.foldBorder()
      if let adding { result.add(adding) }
    }
    return result
  }
}
