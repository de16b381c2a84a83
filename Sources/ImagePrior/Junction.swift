import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// Joins the path up and a skip connection: the deeper map made twice as large by bilinear interpolation, the skipped one
/// behind it channel by channel, and a normalisation of both, left pending.
///
/// Shapes: deep (1, ⌈H / 2⌉, ⌈W / 2⌉, D), skip (1, H, W, S), result (1, H, W, D + S); what the larger map has too much on the lower
/// and right side is cut off. Pixels' centres are mapped (`align_corners=False` in PyTorch).
struct Junction: Sendable {
  private let name: String
  private let norm: ChannelNormalization

  /// - Parameter channels: D + S.
  init(channels: Int, named name: String, in layout: inout ParameterLayout) {
    self.name = name
    norm = ChannelNormalization(.untracked, channels: channels, named: name + ".norm", in: &layout)
  }

  /// Takes the gradient of the result to those of both maps.
  typealias Backward = (
    _ gradient: ActivationGradient, _ parameters: inout Parameters
  ) -> (deep: ActivationGradient, skip: ActivationGradient?)

  /// - Parameter size: the height and width of the result.
  func forward(
    _ deep: Activation, _ skip: Activation?, size: (height: Int, width: Int), _ parameters: inout Parameters
  ) -> (y: Activation, backward: Backward) {
    precondition(
      deep.height == (size.height + 1) / 2 && deep.width == (size.width + 1) / 2,
      "\(deep.height)x\(deep.width) pixels do not become \(size)")
    precondition(skip.map { $0.height == size.height && $0.width == size.width } ?? true)
    return profiled(name) {
      let channels = deep.channels + (skip?.channels ?? 0)
      let y = Tensor(uninitialized: [1, size.height, size.width, channels])
      let (to, row) = (y.buffer, size.width * channels)
      let bands = Regions(height: size.height, floats: row)
      let moments = Moments(parts: bands.count, areEqual: false, channels: channels)
      parallelFor(bands.count) { band in
        let rows = bands[band].rows
        unsafe Self.join(deep, skip, rows, width: size.width, channels: channels, to: to.base)
        unsafe moments.measure(
          band, to.base + rows.lowerBound * row, pixels: rows.count * size.width)
      }
      let result = Activation(
        y, pending: norm.normalized(by: moments, &parameters, .training), slope: 1)
      return (
        result,
        { gradient, parameters in
          profiledBackward(name) {
            Self.part(norm.backward(gradient, of: result, &parameters), deep, skip)
          }
        }
      )
    }
  }

  /// The rows of the smaller map that make a row of the larger one, and how much of each.
  private static func taps(_ y: Int, height: Int) -> [(row: Int, weight: Float)] {
    let (near, far) = (y / 2, y % 2 == 0 ? y / 2 - 1 : y / 2 + 1)
    return [(near, 0.75), (min(max(far, 0), height - 1), 0.25)]
  }

  /// Writes rows of the result: the deeper map's, made larger, beside the skipped one's.
  private static func join(
    _ deep: Activation, _ skip: Activation?, _ rows: Range<Int>, width: Int, channels: Int,
    to y: UnsafeMutablePointer<Float>
  ) {
    let step = deep.width * deep.channels
    let needed = max(0, rows.lowerBound / 2 - 1)..<min(deep.height, (rows.upperBound - 1) / 2 + 2)
    let (ready, blended) = (Buffer(count: needed.count * step), Buffer(count: step))
    unsafe deep.place(needed, of: 0, to: ready.base, step: step)
    for row in rows {
      for (index, tap) in taps(row, height: deep.height).enumerated() {
        unsafe ck_kernels().pointee.scale(
          ready.base + (tap.row - needed.lowerBound) * step, step, tap.weight, index > 0,
          blended.base)
      }
      let to = unsafe y + row * width * channels
      unsafe ck_kernels().pointee.upsample_row(blended.base, deep.width, deep.channels, width, to, channels)
      unsafe skip?.place(row: row, to: to + deep.channels, pixel: channels)
    }
  }

  /// The gradients of both maps, from that of the result.
  private static func part(
    _ dy: RawGradient, _ deep: Activation, _ skip: Activation?
  ) -> (deep: ActivationGradient, skip: ActivationGradient?) {
    let (down, side) = (
      Tensor(uninitialized: deep.values.shape), skip.map { Tensor(uninitialized: $0.values.shape) }
    )
    let (height, step) = (dy.height, dy.width * dy.channels)
    // A row of the deeper map comes from two of dy.
    let bands = Regions(height: deep.height, floats: 2 * step)
    parallelFor(bands.count) { band in
      let rows = bands[band].rows
      let needed = max(0, 2 * rows.lowerBound - 1)..<min(height, 2 * rows.upperBound + 1)
      let ready = Buffer(count: needed.count * step)
      unsafe dy.place(needed, of: 0, to: ready.base, step: step)
      for row in rows { narrow(ready, from: needed.lowerBound, of: dy, to: row, of: down) }
      guard let side else { return }
      for row in 2 * rows.lowerBound..<min(height, 2 * rows.upperBound) {
        let from = unsafe ready.base + (row - needed.lowerBound) * step + deep.channels
        let to = unsafe side.buffer.base + row * dy.width * side.channels
        for x in 0..<dy.width {
          unsafe (to + x * side.channels).update(from: from + x * dy.channels, count: side.channels)
        }
      }
    }
    return (ActivationGradient(down), side.map { ActivationGradient($0) })
  }

  /// The gradient of one row of the deeper map, from the rows of dy in `ready`, whose first is `first`.
  private static func narrow(
    _ ready: Buffer, from first: Int, of dy: RawGradient, to row: Int, of down: Tensor
  ) {
    let (step, height, width) = (dy.width * dy.channels, down.shape[1], down.shape[2])
    let blended = Buffer(zeros: step)
    for above in max(0, 2 * row - 1)..<min(dy.height, 2 * row + 3) {
      for tap in taps(above, height: height) where tap.row == row {
        unsafe ck_kernels().pointee.scale(
          ready.base + (above - first) * step, step, tap.weight, true, blended.base)
      }
    }
    unsafe ck_kernels().pointee.upsample_row_gradient(
      blended.base, dy.channels, width, down.channels, dy.width,
      down.buffer.base + row * width * down.channels)
  }
}
