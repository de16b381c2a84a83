import CSiamKernels
import SiamTensors

/// A depthwise convolution with its normalisation and ReLU6, which it leaves pending for the stage above.
struct DepthwiseUnit: Stage {
  let name: String
  let convolution: DepthwiseConvolution
  let normalization: ChannelNormalization
  /// Where the ReLU ends.
  static let ceiling: Float = 6
  /// Floats of x that are read at a time, to stay in a core's caches.
  private static let suiting = 1 << 16

  /// Claims the weights under `name` + ".conv" and the normalisation's parameters under `name` + ".norm".
  init(
    _ channels: Int, kernel: Int, stride: Int, border: Border, normalization kind: ChannelNormalization.Kind,
    named name: String, in layout: inout ParameterLayout
  ) {
    self.name = name
    convolution = DepthwiseConvolution(
      channels, kernel: kernel, stride: stride, border: border, named: name + ".conv", in: &layout)
    normalization = ChannelNormalization(
      kind, channels: channels, fanIn: kernel * kernel, named: name + ".norm", in: &layout)
  }

  func shapes(side: Int, channels: Int) -> StageShapes {
    let shape = ConvolutionShape(convolution, side: side)
    return StageShapes(convolutions: [shape], side: convolution.outputSize(side), channels: channels)
  }

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    precondition(
      x.channels == convolution.channels, "\(x.channels) channels, expected \(convolution.channels)")
    let (height, width) = (convolution.outputSize(x.height), convolution.outputSize(x.width))
    let y = Tensor(uninitialized: [x.batch, height, width, x.channels])
    let (to, weights, row) = (y.buffer, parameters.tensor(convolution.weight), width * x.channels)
    let measures = normalization.measures(mode)
    let moments = Moments(parts: measures ? x.batch : 0, channels: x.channels)
    let band = max(1, Self.suiting / (x.width * x.channels * convolution.stride))
    forEachImage(of: x.batch) { image in
      var room = convolution.room(of: x, rows: min(band, height))
      let start = unsafe to.base + image * height * row
      for first in stride(from: 0, to: height, by: band) {
        let rows = first..<min(first + band, height)
        room.fill(convolution.needed(rows, height: x.height), of: image, from: x)
        unsafe ck_kernels().pointee.convolve_depthwise(
          room.row(0), room.step, rows.count, width, x.channels, convolution.kernel, convolution.stride,
          weights.buffer.base, nil, 0, start + first * row, row)
      }
      if measures { unsafe moments.measure(image, start, pixels: height * width) }
    }
    let pass = normalization.normalized(by: moments, &parameters, mode)
    let result = Activation(y, pending: pass, slope: 0, ceiling: Self.ceiling)
    return (
      result,
      { gradient, adding, parameters in
        precondition(adding == nil, "a depthwise convolution's input has one reader")
        let dy = normalization.backward(gradient, of: result, &parameters)
        return backward(dy, x, &parameters)
      }
    )
  }

  private func backward(
    _ dy: RawGradient, _ x: Activation, _ parameters: inout Parameters
  ) -> ActivationGradient {
    let dx = Tensor(uninitialized: x.values.shape)
    let result = x.gradient(dx)
    let (to, weights) = (dx.buffer, parameters.tensor(convolution.weight))
    let (height, width) = (convolution.outputSize(x.height), convolution.outputSize(x.width))
    let (row, count) = (width * x.channels, convolution.weight.count)
    let slices = Slices(batch: x.batch, weights: count)
    let sums = Buffer(count: slices.count * count)
    parallelSweep(slices.count) { slice in
      unsafe (sums.base + slice * count).update(repeating: 0, count: count)
      var room = convolution.room(of: x, rows: height)
      let above = Buffer(count: height * row)
      let reached = Buffer(count: convolution.reach(height) * room.step)
      for image in slices[slice] {
        let needed = convolution.needed(0..<height, height: x.height)
        room.fill(needed, of: image, from: x)
        unsafe dy.place(0..<height, of: image, to: above.base, step: row)
        unsafe reached.base.update(repeating: 0, count: reached.count)
        unsafe ck_kernels().pointee.convolve_depthwise_gradient(
          room.row(0), room.step, height, width, x.channels, convolution.kernel, convolution.stride,
          weights.buffer.base, above.base, row, reached.base, sums.base + slice * count)
        copy(reached, room.step, first: needed.lowerBound, of: x, to: to, image)
        unsafe x.close(image, to.base + image * x.each, adding: nil, into: result)
      }
    }
    let gradients = parameters.gradients.unique()
    unsafe addParts(
      sums, parts: slices.count, each: count, to: gradients.base + convolution.weight.lowerBound)
    return result
  }

  /// Copies what lies inside an image, from rows of which the first is row `first` of it.
  private func copy(
    _ rows: Buffer, _ step: Int, first: Int, of x: Activation, to dx: Buffer, _ image: Int
  ) {
    let width = x.width * x.channels
    for y in 0..<x.height {
      let to = unsafe dx.base + image * x.each + y * width
      let from = (y - first) * step + convolution.before(x.width) * x.channels
      unsafe to.update(from: rows.base + from, count: width)
    }
  }

  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    let folded = FoldedWeights(convolution.weight, normalization, parameters)
    let (weights, shape) = folded.outputsFirst(kernel: convolution.kernel)
    let y = graph.add(
      .convolution(
        of: x, weights: weights, shape: shape, bias: folded.bias, stride: convolution.stride,
        border: convolution.border, groups: convolution.channels))
    return graph.add(.relu(of: y, ceiling: Self.ceiling))
  }
}
