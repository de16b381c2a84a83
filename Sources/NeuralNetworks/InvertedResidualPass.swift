import CSiamKernels
import SiamTensors

/// An inverted residual block at evaluation: normalisations are folded into the weights, and the three convolutions follow one
/// another in bands of rows, so that the many channels between them never leave a core's caches.
struct InvertedResidualPass: Sendable {
  /// A 1x1 convolution.
  private struct Pointwise: Sendable {
    let inputs, outputs: Int
    let weights: PackedMatrix
    let bias: Tensor

    init(_ unit: ConvolutionUnit, _ parameters: Parameters) {
      (inputs, outputs) = (unit.convolution.inputs, unit.convolution.outputs)
      let folded = FoldedWeights(unit.convolution.weight, unit.normalization, parameters)
      weights = PackedMatrix(Tensor([inputs, outputs], folded.weights))
      bias = Tensor([outputs], folded.bias)
    }

    /// Some rows of pixels, `row` floats apart in the output.
    func apply(
      to x: UnsafePointer<Float>, rows: Int, width: Int, ceiling: Float, _ y: UnsafeMutablePointer<Float>,
      row: Int
    ) {
      var grid = unsafe ck_patches(
        input: x, rows: rows, columns: width, row_step: width * inputs, pixel_step: inputs, runs: 1,
        length: inputs, run_step: 0)
      unsafe ck_kernels().pointee.multiply(
        &grid, weights.panels.base, outputs, bias.buffer.base, ceiling, y, row, outputs)
    }
  }

  private let expand: Pointwise?
  private let convolution: DepthwiseConvolution
  private let weights, bias: Tensor
  private let project: Pointwise
  private let adds: Bool
  /// Floats between the convolutions that a band may have.
  private let suiting: Int

  /// - Parameter suiting: what suits a core's L2 cache.
  init(_ block: InvertedResidual, _ parameters: Parameters, suiting: Int = 1 << 17) {
    self.suiting = suiting
    expand = block.expand.map { Pointwise($0, parameters) }
    convolution = block.depthwise.convolution
    let folded = FoldedWeights(convolution.weight, block.depthwise.normalization, parameters)
    (weights, bias) = (
      Tensor([folded.weights.count], folded.weights), Tensor([folded.bias.count], folded.bias)
    )
    project = Pointwise(block.project, parameters)
    adds = block.adds
  }

  /// Shapes: x (N, H, W, inputs) to (N, H', W', outputs).
  func run(_ x: Tensor) -> Tensor {
    let (height, width) = (x.shape[1], x.shape[2])
    let y = Tensor(
      uninitialized: [
        x.shape[0], convolution.outputSize(height), convolution.outputSize(width), project.outputs,
      ])
    let (from, to) = (x.buffer, y.buffer)
    let each = (x: height * width * x.channels, y: y.shape[1] * y.shape[2] * y.channels)
    forEachImage(of: x.shape[0]) { image in
      unsafe run(
        from.base + image * each.x, height: height, width: width, to: to.base + image * each.y)
    }
    return y
  }

  /// One image.
  private func run(
    _ x: UnsafePointer<Float>, height: Int, width: Int, to y: UnsafeMutablePointer<Float>
  ) {
    let (channels, stride) = (convolution.channels, convolution.stride)
    let (rows, columns) = (convolution.outputSize(height), convolution.outputSize(width))
    let (above, left) = (convolution.before(height), convolution.before(width))
    let step = max(convolution.reach(columns), left + width) * channels
    let band = min(rows, max(1, (suiting / step - convolution.kernel) / stride + 1))
    let room = Buffer(count: convolution.reach(band) * step)
    let middle = Buffer(count: band * columns * channels)
    unsafe room.base.update(repeating: 0, count: room.count)
    // The rows of x, counted with the border, that are in the room.
    var held = 0..<0
    for first in Swift.stride(from: 0, to: rows, by: band) {
      let count = min(band, rows - first)
      let needed = first * stride - above..<first * stride - above + convolution.reach(count)
      let kept = held.clamped(to: needed)
      if !kept.isEmpty {
        let from = unsafe room.base + (kept.lowerBound - held.lowerBound) * step
        unsafe room.base.update(from: from, count: kept.count * step)
      }
      let fresh = (kept.isEmpty ? needed.lowerBound : kept.upperBound)..<needed.upperBound
      let inside = fresh.clamped(to: 0..<height)
      for row in fresh where !inside.contains(row) {
        unsafe (room.base + (row - needed.lowerBound) * step).update(repeating: 0, count: step)
      }
      if !inside.isEmpty {
        unsafe widen(
          x, inside, width: width,
          to: room.base + (inside.lowerBound - needed.lowerBound) * step + left * channels,
          step: step)
      }
      held = needed
      unsafe ck_kernels().pointee.convolve_depthwise(
        room.base, step, count, columns, channels, convolution.kernel, stride, weights.buffer.base,
        bias.buffer.base, DepthwiseUnit.ceiling, middle.base, columns * channels)
      let to = unsafe y + first * columns * project.outputs
      unsafe project.apply(
        to: middle.base, rows: 1, width: count * columns, ceiling: 0, to, row: 0)
      if adds {
        unsafe ck_kernels().pointee.add(
          x + first * columns * project.outputs, count * columns * project.outputs, to)
      }
    }
  }

  /// Rows of x with all their channels.
  private func widen(
    _ x: UnsafePointer<Float>, _ rows: Range<Int>, width: Int, to room: UnsafeMutablePointer<Float>, step: Int
  ) {
    if let expand {
      unsafe expand.apply(
        to: x + rows.lowerBound * width * expand.inputs, rows: rows.count, width: width,
        ceiling: DepthwiseUnit.ceiling, room, row: step)
      return
    }
    let row = width * convolution.channels
    for index in 0..<rows.count {
      unsafe (room + index * step).update(from: x + (rows.lowerBound + index) * row, count: row)
    }
  }
}
