import CKernels
import Tensors

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
    let weights = convolution.packed(parameters)
    let to = y.buffer
    let slices = Slices(batch: x.batch)
    parallelFor(slices.count) { slice in
      let border = Border(of: x, convolution)
      for image in slices[slice] {
        var patches = unsafe convolution.patches(border.picture(image), height: x.height, width: x.width)
        unsafe ck_multiply(
          &patches, weights.panels.base, convolution.outputs, nil, to.base + image * each,
          width * convolution.outputs,
          convolution.outputs)
        if measures { unsafe moments.measure(image, to.base + image * each, pixels: height * width) }
      }
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
    let convolution = convolution
    let coefficients = normalization.gradient(sums, of: pass, &parameters)
    let back = convolution.transposed(parameters)
    let (a, b, c) = (coefficients.a.buffer, coefficients.b.buffer, coefficients.c.buffer)
    let (dy, raw, below) = (gradient.dy.buffer, y.values.buffer, x.values.buffer)

    let (before, row) = (back.before, back.borderedSize(x.width) * convolution.outputs)
    let bordered = back.borderedSize(x.height) * row
    let dx = Tensor(uninitialized: propagates ? x.values.shape : [0])
    let dxSums = x.pending == nil || !propagates ? nil : GradientSums(parts: x.batch, channels: x.channels)
    let (to, more, propagates) = (dx.buffer, adding?.buffer, propagates)

    let slices = Slices(batch: x.batch, weights: convolution.weight.count)
    let partial = Buffer(count: slices.count * convolution.weight.count)
    parallelFor(slices.count) { slice in
      let sums = unsafe partial.base + slice * convolution.weight.count
      unsafe sums.update(repeating: 0, count: convolution.weight.count)
      let border = Border(of: x, convolution)
      let room = Buffer(zeros: bordered)
      let interior = unsafe room.base + before * (row + convolution.outputs)
      for image in slices[slice] {
        unsafe ck_place_gradient(
          dy.base + image * y.each, raw.base + image * y.each, y.height, y.width, y.channels, a.base, b.base,
          c.base,
          interior, row)
        var patches = unsafe convolution.patches(border.picture(image), height: x.height, width: x.width)
        unsafe ck_accumulate_outer(
          &patches, 0, convolution.depth, interior, row, convolution.outputs, sums)
        guard propagates else { continue }
        let dx = unsafe to.base + image * x.each
        unsafe back.apply(room.base, height: x.height, width: x.width, to: dx)
        if let more { unsafe ck_add(more.base + image * x.each, x.each, dx) }
        if let dxSums, let pending = x.pending {
          let part = image * x.channels
          unsafe ck_gradient_sums(
            dx, nil, below.base + image * x.each, x.height * x.width, x.channels, pending.mean.buffer.base,
            x.relu ? pending.scale.buffer.base : nil, x.relu ? pending.shift.buffer.base : nil,
            dxSums.sums.base + part, dxSums.products.base + part, x.relu ? dx : nil)
        }
      }
    }
    // Each stretch of the weights gets the slices' sums in their order, whichever thread adds them.
    let gradients = parameters.gradients.unique()
    let (count, start, stretch) = (convolution.weight.count, convolution.weight.lowerBound, 8192)
    parallelFor((count + stretch - 1) / stretch) { index in
      let (first, length) = (index * stretch, min(stretch, count - index * stretch))
      for slice in 0..<slices.count {
        unsafe ck_add(partial.base + slice * count + first, length, gradients.base + start + first)
      }
    }
    return ActivationGradient(dx, sums: dxSums)
  }
}

/// One picture at a time with its border of zeros, normalised and rectified on the way if that is pending.
@safe private struct Border {
  let x: Activation
  let padding, row: Int
  /// Nil where the picture can be read where it lies.
  let room: Buffer?

  init(of x: Activation, _ convolution: Convolution) {
    (self.x, padding) = (x, convolution.padding)
    row = convolution.borderedSize(x.width) * x.channels
    let plain = x.pending == nil && padding == 0
    room = plain ? nil : Buffer(zeros: convolution.borderedSize(x.height) * row)
  }

  func picture(_ image: Int) -> UnsafePointer<Float> {
    let from = unsafe x.values.buffer.base + image * x.each
    guard let room else { return unsafe UnsafePointer(from) }
    unsafe ck_place(
      from, x.height, x.width, x.channels, x.pending?.scale.buffer.base, x.pending?.shift.buffer.base, x.relu,
      room.base + padding * (row + x.channels), row)
    return unsafe UnsafePointer(room.base)
  }
}
