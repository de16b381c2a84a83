import CSiamKernels
import SiamTensors

/// A convolution with its normalisation and ReLU, which it leaves pending for the stage above.
///
/// Everything a picture needs is done while it is in the cache. Forward: what is pending below, the border, the
/// product, the moments. Backward: the gradient before normalisation, dW, dx, the ReLU below and its sums.
struct ConvolutionUnit: Stage {
  let name: String
  let convolution: Convolution
  let normalization: Normalization
  let relu: Bool
  /// False for the first unit of an encoder: nobody asks for the gradient of the pictures.
  let propagates: Bool

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1,
    normalization kind: Normalization.Kind = .batch,
    initialScale: Float = 1, relu: Bool = true, propagates: Bool = true, named name: String,
    in layout: inout ParameterLayout
  ) {
    convolution = Convolution(
      inputs, outputs, kernel: kernel, stride: stride, named: name + ".conv", in: &layout)
    normalization = Normalization(
      kind, channels: outputs, fanIn: convolution.depth, initialScale: initialScale, named: name + ".norm",
      in: &layout)
    (self.name, self.relu, self.propagates) = (name, relu, propagates)
  }

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    precondition(x.channels == convolution.inputs, "\(x.channels) channels, expected \(convolution.inputs)")
    let convolution = convolution
    let (height, width) = (convolution.outputSize(x.height), convolution.outputSize(x.width))
    let y = Tensor(uninitialized: [x.batch, height, width, convolution.outputs])
    let each = height * width * convolution.outputs
    let measures = normalization.measures(mode)
    let moments = Moments(parts: measures ? x.batch : 0, channels: convolution.outputs)
    let product =
      parameters.prepared?.forward(of: convolution, height: x.height, width: x.width, parameters)
      ?? convolution.forwardPass(height: x.height, width: x.width, parameters)
    let to = y.buffer
    let slices = mode == .evaluation ? Slices(evaluating: x.batch) : Slices(batch: x.batch)
    product.run(slices, of: x, to: to) { image in
      if measures { unsafe moments.measure(image, to.base + image * each, pixels: height * width) }
    }
    let pass = normalization.normalized(
      by: moments, pixelsPerPart: height * width, &parameters, mode)
    let result = Activation(y, pending: pass, relu: relu)
    return (
      result,
      { gradient, adding, parameters in
        backward(gradient, adding, x, result, pass, &parameters)
      }
    )
  }

  private func backward(
    _ gradient: ActivationGradient, _ adding: Tensor?, _ x: Activation, _ y: Activation, _ pass: Normalized,
    _ parameters: inout Parameters
  ) -> ActivationGradient {
    guard let sums = gradient.sums else { preconditionFailure("a gradient without sums") }
    let coefficients = normalization.gradient(sums, of: pass, &parameters)
    let product =
      parameters.prepared?.backward(
        of: convolution, height: x.height, width: x.width, propagates: propagates, parameters)
      ?? convolution.backwardPass(height: x.height, width: x.width, propagates: propagates, parameters)
    let dy = RawGradient(behind: gradient.dy, raw: y, coefficients: coefficients)
    let dx = Tensor(uninitialized: propagates ? x.values.shape : [0])
    let result = propagates ? x.gradient(dx) : ActivationGradient(dx)
    let (to, more) = (dx.buffer, adding?.buffer)
    let gradients = parameters.gradients.unique()
    unsafe product.run(
      of: x.read, dy: dy, weights: gradients.base + convolution.weight.lowerBound, to: propagates ? to : nil
    ) { image in
      let at = image * x.each
      unsafe x.close(
        image, to.base + at, adding: more.map { unsafe UnsafePointer($0.base + at) }, into: result)
    }
    return result
  }
}

/// The gradient before a normalisation, a · dy + b · y + c, of the gradient behind it.
private struct RawGradient: PictureSource {
  let behind: Tensor
  let raw: Activation
  let coefficients: (a: Tensor, b: Tensor, c: Tensor)

  func place(_ image: Int, to interior: UnsafeMutablePointer<Float>, row: Int) {
    let at = image * raw.each
    unsafe ck_place_gradient(
      behind.buffer.base + at, raw.values.buffer.base + at, raw.height, raw.width, raw.channels,
      coefficients.a.buffer.base, coefficients.b.buffer.base, coefficients.c.buffer.base, interior, row)
  }
}
