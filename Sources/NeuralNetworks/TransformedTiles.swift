import CSiamKernels
package import SiamTensors

/// Tiles between two transforms: at each position a matrix of (tiles, channels).
@safe package struct TransformedTiles: Sendable {
  /// Channels of a tile, and floats from one position to the next.
  package let channels, step: Int
  /// Tile t of position p begins at p · step + t · channels.
  package let values: Buffer

  /// - Parameter count: the tiles that there is room for.
  package init(count: Int, channels: Int) {
    (self.channels, step) = (channels, WinogradWeights.step(count * channels))
    values = Buffer(count: WinogradWeights.positions * step)
  }

  /// The first `count` tiles at one position.
  private func matrix(_ position: Int, count: Int) -> ck_patches {
    unsafe ck_patches(
      input: values.base + position * step, rows: 1, columns: count, row_step: 0, pixel_step: channels,
      runs: 1, length: channels, run_step: 0)
  }

  /// These tiles times weights at one position, into others.
  package func multiply(_ position: Int, by weights: WinogradWeights, count: Int, to other: TransformedTiles)
  {
    var patches = unsafe matrix(position, count: count)
    unsafe ck_kernels().pointee.multiply(
      &patches, weights.panels.base + position * weights.step, other.channels, nil, 0,
      other.values.base + position * other.step, 0, other.channels)
  }

  /// The same at every position, on this thread.
  package func multiply(by weights: WinogradWeights, count: Int, to other: TransformedTiles) {
    for position in 0..<WinogradWeights.positions { multiply(position, by: weights, count: count, to: other) }
  }

  /// Adds these tilesᵀ times gradients at one position to a matrix of (channels, gradients' channels).
  func accumulate(
    _ position: Int, times gradients: TransformedTiles, count: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    var patches = unsafe matrix(position, count: count)
    unsafe ck_kernels().pointee.accumulate_outer(
      &patches, 0, channels, gradients.values.base + position * gradients.step, 0, gradients.channels, sums)
  }

  /// Transforms rows of tiles of inputs, as the tiles from `first` on; `row` floats lie between the rows of x, which
  /// begins at the corner of the first 6x6 tile.
  package func input(
    _ x: UnsafePointer<Float>, row: Int, rows: Int, columns: Int, first: Int
  ) {
    unsafe ck_kernels().pointee.winograd_input(
      x, row, rows, columns, channels, values.base + first * channels, step)
  }

  /// The same for gradients of outputs; dy begins at the first 4x4 tile.
  func gradient(_ dy: UnsafePointer<Float>, row: Int, rows: Int, columns: Int, first: Int) {
    unsafe ck_kernels().pointee.winograd_output_gradient(
      dy, row, rows, columns, channels, values.base + first * channels, step)
  }

  /// The outputs of rows of tiles, whose first is the tile `first`, to an image y (height, width, channels).
  package func output(
    _ rows: Range<Int>, first: Int, to y: UnsafeMutablePointer<Float>, height: Int, width: Int
  ) {
    let (top, row) = (4 * rows.lowerBound, width * channels)
    unsafe ck_kernels().pointee.winograd_output(
      values.base + first * channels, step, min(4 * rows.count, height - top), width, channels,
      y + top * row, row)
  }
}

/// Weights transformed for each position and packed for the product.
package struct WinogradWeights: Sendable {
  /// The values of a transformed tile, 6 · 6.
  package static let positions = 36
  /// At each position, `step` floats after the one before, a matrix (inputs, outputs) as `PackedMatrix` lays it out.
  let panels: Buffer
  let step: Int

  /// Floats from one position to the next of so many at each: the odd panel keeps all positions from falling on the same
  /// lines of the cache.
  static func step(_ count: Int) -> Int { count + Int(CK_PANEL) }

  /// - Parameter flipped: for the backward pass, where inputs and outputs change roles and taps their order.
  package init(_ convolution: Convolution, flipped: Bool, _ parameters: Parameters) {
    let (inputs, outputs, width) = (convolution.inputs, convolution.outputs, Int(CK_PANEL))
    let (depth, columns) = flipped ? (outputs, inputs) : (inputs, outputs)
    let (panel, step) = (depth * width, Self.step(depth * columns))
    let panels = Buffer(count: Self.positions * step)
    let source = parameters.values.buffer
    parallelFor(columns / width) { index in
      let taps = Buffer(count: 9 * panel)
      for tap in 0..<9 {
        let from = convolution.weight.lowerBound + (flipped ? 8 - tap : tap) * inputs * outputs
        let first = index * width
        unsafe ck_pack(
          source.base + from + first * (flipped ? outputs : 1), depth, width, flipped ? 1 : outputs,
          flipped ? outputs : 1, taps.base + tap * panel)
      }
      unsafe ck_kernels().pointee.winograd_weights(taps.base, panel, panel, panels.base + index * panel, step)
    }
    (self.panels, self.step) = (panels, step)
  }
}

extension Convolution {
  /// Adds up parts of the gradient of the transformed weights, and adds what it comes to to that of the weights, stretch
  /// by stretch.
  func add(transformed partial: Buffer, parts: Int, to weights: UnsafeMutablePointer<Float>) {
    let (count, to) = (inputs * outputs, UInt(bitPattern: weights))
    let step = WinogradWeights.step(count)
    parallelFor(0..<count, by: 2048) { some in
      guard let to = unsafe UnsafeMutablePointer<Float>(bitPattern: to) else { return }
      let (first, length) = (some.lowerBound, some.count)
      for position in 0..<WinogradWeights.positions {
        let sum = unsafe partial.base + position * step + first
        for part in 1..<max(1, parts) {
          unsafe ck_kernels().pointee.add(sum + part * WinogradWeights.positions * step, length, sum)
        }
      }
      let taps = Buffer(count: 9 * length)
      unsafe ck_kernels().pointee.winograd_weights_gradient(
        partial.base + first, step, length, taps.base, length)
      for tap in 0..<9 {
        unsafe ck_kernels().pointee.add(taps.base + tap * length, length, to + tap * count + first)
      }
    }
  }
}
