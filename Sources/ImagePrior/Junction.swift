import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// Where the way up meets a skip connection: the deeper map made twice as large by bilinear interpolation, the skipped one
/// behind it channel by channel, and a normalisation of both, left pending.
///
/// Shapes: deep (⌈H / 2⌉, ⌈W / 2⌉, D), skip (H, W, S), result (H, W, D + S); what the larger map has too much on the lower
/// and right side is cut off. Pixels' centres are mapped (`align_corners=False` in PyTorch).
struct Junction: Sendable {
  let name: String
  let norm: ChannelNorm

  init(channels: Int, named name: String, in layout: inout ParameterLayout) {
    self.name = name
    norm = ChannelNorm(channels, named: name + ".norm", in: &layout)
  }

  typealias Backward = (_ gradient: Map, _ parameters: inout Parameters) -> (deep: Map, skip: Map?)

  /// - Parameter size: the height and width of the result.
  func forward(
    _ deep: Signal, _ skip: Signal?, size: (height: Int, width: Int), _ parameters: Parameters
  ) -> (y: Signal, backward: Backward) {
    let (low, side) = (deep.raw, skip?.raw)
    precondition(
      low.height == (size.height + 1) / 2 && low.width == (size.width + 1) / 2,
      "\(low.height)x\(low.width) pixels do not become \(size)")
    precondition(side.map { $0.height == size.height && $0.width == size.width } ?? true)
    return profiled(name) {
      let y = Map(
        height: size.height, width: size.width, channels: low.channels + (side?.channels ?? 0))
      let bands = Bands(of: y)
      let moments = BandMoments(bands, of: y)
      parallelFor(bands.count) { band in
        Self.join(deep, skip, bands[band], to: y)
        moments.measure(band, of: y)
      }
      let signal = Signal(y, pending: norm.pending(moments, parameters))
      return (
        signal,
        { gradient, parameters in
          profiledBackward(name) {
            let dy = signal.close(gradient, norm, &parameters)
            return Self.part(dy, low, side)
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

  private static func join(_ deep: Signal, _ skip: Signal?, _ rows: Range<Int>, to y: Map) {
    let low = deep.raw
    let needed = max(0, rows.lowerBound / 2 - 1)..<min(low.height, (rows.upperBound - 1) / 2 + 2)
    let (ready, blended) = (Buffer(count: needed.count * low.step), Buffer(count: low.step))
    for row in needed {
      unsafe deep.place(
        row: row, to: ready.base + (row - needed.lowerBound) * low.step, pixel: low.channels)
    }
    for row in rows {
      for (index, tap) in taps(row, height: low.height).enumerated() {
        unsafe ck_maps().pointee.weigh(
          ready.base + (tap.row - needed.lowerBound) * low.step, low.step, tap.weight, index > 0 ? 1 : 0,
          blended.base)
      }
      unsafe ck_maps().pointee.widen(
        blended.base, low.width, low.channels, y.width, y.row(row), y.channels)
      unsafe skip?.place(row: row, to: y.row(row) + low.channels, pixel: y.channels)
    }
  }

  /// The gradients of both maps, from that of what was joined.
  private static func part(_ dy: RawGradient, _ low: Map, _ side: Map?) -> (deep: Map, skip: Map?) {
    let y = dy.behind
    let deep = Map(height: low.height, width: low.width, channels: low.channels)
    let skip = side.map { Map(height: $0.height, width: $0.width, channels: $0.channels) }
    let bands = Bands(height: low.height, each: max(1, 32_768 / (y.width * y.channels)))
    let step = y.width * y.channels
    parallelFor(bands.count) { band in
      let rows = bands[band]
      let needed = max(0, 2 * rows.lowerBound - 1)..<min(y.height, 2 * rows.upperBound + 1)
      let (ready, blended) = (Buffer(count: needed.count * step), Buffer(count: step))
      for row in needed {
        unsafe dy.place(row: row, to: ready.base + (row - needed.lowerBound) * step)
      }
      for row in rows {
        unsafe blended.base.update(repeating: 0, count: step)
        for above in max(0, 2 * row - 1)..<min(y.height, 2 * row + 3) {
          for tap in taps(above, height: low.height) where tap.row == row {
            unsafe ck_maps().pointee.weigh(
              ready.base + (above - needed.lowerBound) * step, step, tap.weight, 1, blended.base)
          }
        }
        unsafe ck_maps().pointee.narrow(
          blended.base, y.channels, low.width, low.channels, y.width, deep.row(row))
      }
      guard let skip else { return }
      for row in 2 * rows.lowerBound..<min(y.height, 2 * rows.upperBound) {
        let from = unsafe ready.base + (row - needed.lowerBound) * step + low.channels
        let to = unsafe skip.row(row)
        for x in 0..<y.width {
          unsafe (to + x * skip.channels).update(from: from + x * y.channels, count: skip.channels)
        }
      }
    }
    return (deep, skip)
  }
}
