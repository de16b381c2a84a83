import CKernels
import NeuralNetworks
import Tensors

/// Winograd's filtering F(4x4, 3x3) over one picture that reflects at its edges, in bands of rows of tiles.
///
/// The same transforms as for batches of small pictures in NeuralNetworks, but there the pictures go to the threads, and
/// here the bands of the one there is. On the way back the gradient of x has its border too, since that is folded.
/// Source: Lavin, Gray 2016, "Fast Algorithms for Convolutional Neural Networks".
struct Tiles: Sendable {
  private static let positions = 36
  /// Tiles that are in work together, about.
  private static let together = 64
  private let geometry: Convolution
  private let height, width: Int
  private let rows, columns: Int
  /// Rows and columns of tiles that cover the gradient of x with its border.
  private let backRows, backColumns: Int
  /// Bands of rows of tiles, and how many of those go through the cache at once.
  private let bands: Bands
  private let rowsAtOnce: Int

  /// Nil where the direct way is better or the only one.
  init?(_ convolution: ReflectedConvolution, _ y: Map) {
    geometry = convolution.geometry
    guard geometry.kernel == 3, geometry.stride == 1 else { return nil }
    (height, width) = (y.height, y.width)
    (rows, columns) = ((height + 3) / 4, (width + 3) / 4)
    (backRows, backColumns) = ((height + 5) / 4, (width + 5) / 4)
    // Tiles that reach past the edges are wasted work; 6 products an output are where the direct way's 9 win.
    guard Self.positions * rows * columns <= 6 * height * width else { return nil }
    let suiting = max(1, Self.together / columns)
    bands = Bands(height: rows, each: 2 * suiting)
    rowsAtOnce = min(suiting, bands.each)
  }

  func forward(_ x: Signal, to y: Map, _ parameters: Parameters, measures: Bool) -> BandMoments? {
    let weights = TileWeights(geometry, flipped: false, parameters)
    let pixelBands = Bands(height: height, each: 4 * bands.each, multiple: 4 * bands.each)
    let moments = measures ? BandMoments(pixelBands, of: y) : nil
    parallelFor(bands.count) { band in
      let rows = bands[band]
      let room = placed(x, rows)
      let inputs = Workspace(self, geometry.inputs, columns)
      let outputs = Workspace(self, geometry.outputs, columns)
      forEachGroup(rows) { group in
        unsafe inputs.transformInput(
          room.base + 4 * (group.lowerBound - rows.lowerBound) * roomStep, roomStep, group.count)
        inputs.multiply(weights, rows: group.count, to: outputs)
        let top = 4 * group.lowerBound
        unsafe outputs.transformOutput(
          to: y.row(top), y.step, height: min(4 * group.count, height - top), width: width)
      }
      moments?.measure(band, of: y)
    }
    return moments
  }

  func backward(_ x: Signal, _ dy: RawGradient, to dx: Map?, _ parameters: inout Parameters) {
    let weights = dx == nil ? nil : TileWeights(geometry, flipped: true, parameters)
    let (inputs, outputs) = (geometry.inputs, geometry.outputs)
    let panel = Workspace.step(inputs * outputs)
    let sums = PartialSums(count: Self.positions * panel, bands: bands.count)
    parallelFor(sums.parts) { part in
      let gradient = unsafe sums.clear(part)
      let below = Workspace(self, inputs, backColumns)
      let above = Workspace(self, outputs, backColumns)
      for band in bands.slice(part, of: sums.parts) {
        let rows = bands[band]
        let room = placed(x, rows)
        let reach = rows.lowerBound..<(band == bands.count - 1 ? backRows : rows.upperBound)
        let step = (4 * backColumns + 2) * outputs
        let dyRoom = Buffer(count: (4 * reach.count + 2) * step)
        let first = 4 * reach.lowerBound - 2
        unsafe dy.place(first..<first + 4 * reach.count + 2, before: 2, to: dyRoom.base, step: step)
        forEachGroup(rows) { group in
          let at = 4 * (group.lowerBound - rows.lowerBound)
          unsafe below.transformInput(room.base + at * roomStep, roomStep, group.count, columns)
          unsafe above.transformGradient(
            dyRoom.base + (at + 2) * step + 2 * outputs, step, group.count, columns)
          for position in 0..<Self.positions {
            var patches = unsafe below.matrix(position, count: group.count * columns)
            unsafe ck_accumulate_outer(
              &patches, 0, inputs, above.transformed.base + position * above.step, 0, outputs,
              gradient + position * panel)
          }
        }
        guard let weights, let dx else { continue }
        forEachGroup(reach) { group in
          let at = 4 * (group.lowerBound - reach.lowerBound)
          unsafe above.transformInput(dyRoom.base + at * step, step, group.count)
          above.multiply(weights, rows: group.count, to: below)
          let top = 4 * group.lowerBound
          unsafe below.transformOutput(
            to: dx.values.base + top * dx.step, dx.step, height: min(4 * group.count, height + 2 - top),
            width: width + 2)
        }
      }
    }
    write(sums, panel, &parameters)
  }

  /// Adds up the parts of the transformed gradient and takes it back to the nine taps, stretch by stretch.
  private func write(_ sums: PartialSums, _ panel: Int, _ parameters: inout Parameters) {
    let gradients = parameters.gradients.unique()
    let count = geometry.inputs * geometry.outputs
    let (stretch, start) = (2048, geometry.weight.lowerBound)
    parallelFor((count + stretch - 1) / stretch) { index in
      let (at, length) = (index * stretch, min(stretch, count - index * stretch))
      for position in 0..<Self.positions { _ = unsafe sums.total(from: position * panel + at, count: length) }
      unsafe ck_winograd_weights_gradient(
        sums.part(0) + at, panel, length, gradients.base + start + at, count)
    }
  }

  private var roomStep: Int { (4 * columns + 2) * geometry.inputs }

  /// The rows of x that rows of tiles see, with a border that reflects; past that, zeros.
  private func placed(_ x: Signal, _ rows: Range<Int>) -> Buffer {
    let wanted = 4 * rows.count + 2
    let room =
      width == 4 * columns && height >= 4 * rows.upperBound
      ? Buffer(count: wanted * roomStep) : Buffer(zeros: wanted * roomStep)
    let seen = 4 * rows.lowerBound - 1..<min(4 * rows.upperBound, height) + 1
    unsafe x.place(seen, border: 1, to: room.base, step: roomStep)
    return room
  }

  private func forEachGroup(_ rows: Range<Int>, _ body: (Range<Int>) -> Void) {
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtOnce) {
      body(first..<min(rows.upperBound, first + rowsAtOnce))
    }
  }

  /// The transformed tiles of some rows.
  @safe fileprivate struct Workspace {
    let channels, columns, step: Int
    let transformed: Buffer

    init(_ tiles: Tiles, _ channels: Int, _ columns: Int) {
      (self.channels, self.columns) = (channels, columns)
      step = Self.step(tiles.rowsAtOnce * columns * channels)
      transformed = Buffer(count: Tiles.positions * step)
    }

    /// Floats from one position to the next of so many at each: the odd panel keeps all positions from falling on the
    /// same lines of the cache.
    static func step(_ count: Int) -> Int { count + Int(CK_PANEL) }

    /// Rows of tiles from a corner on, of all columns or the first of them.
    func transformInput(_ corner: UnsafePointer<Float>, _ row: Int, _ rows: Int, _ columns: Int? = nil) {
      unsafe ck_winograd_input(
        corner, row, rows, columns ?? self.columns, channels, transformed.base, step)
    }

    func transformGradient(_ corner: UnsafePointer<Float>, _ row: Int, _ rows: Int, _ columns: Int) {
      unsafe ck_winograd_gradient(corner, row, rows, columns, channels, transformed.base, step)
    }

    func transformOutput(to y: UnsafeMutablePointer<Float>, _ row: Int, height: Int, width: Int) {
      unsafe ck_winograd_output(transformed.base, step, height, width, channels, y, row)
    }

    /// Some tiles at one position, as the rows of a matrix.
    func matrix(_ position: Int, count: Int) -> ck_patches {
      unsafe ck_patches(
        input: transformed.base + position * step, rows: 1, columns: count, row_step: 0,
        pixel_step: channels, runs: 1, length: channels, run_step: 0)
    }

    /// These tiles times weights, into the tiles of another.
    func multiply(_ weights: TileWeights, rows: Int, to other: Workspace) {
      for position in 0..<Tiles.positions {
        var patches = unsafe matrix(position, count: rows * columns)
        unsafe ck_multiply(
          &patches, weights.panels.base + position * weights.step, other.channels, nil,
          other.transformed.base + position * other.step, 0, other.channels)
      }
    }
  }
}

/// Weights transformed for each position and packed for the product.
@safe private struct TileWeights: Sendable {
  let panels: Buffer
  let step: Int

  /// - Parameter flipped: for the way back, where inputs and outputs change places and taps their order.
  init(_ geometry: Convolution, flipped: Bool, _ parameters: Parameters) {
    let (inputs, outputs, width) = (geometry.inputs, geometry.outputs, Int(CK_PANEL))
    let (depth, columns) = flipped ? (outputs, inputs) : (inputs, outputs)
    let (panel, step) = (depth * width, Tiles.Workspace.step(depth * columns))
    let panels = Buffer(count: 36 * step)
    let (source, start) = (parameters.values.buffer, geometry.weight.lowerBound)
    parallelFor(columns / width) { index in
      let taps = Buffer(count: 9 * panel)
      for tap in 0..<9 {
        let from = start + (flipped ? 8 - tap : tap) * inputs * outputs
        unsafe ck_pack(
          source.base + from + index * width * (flipped ? outputs : 1), depth, width, flipped ? 1 : outputs,
          flipped ? outputs : 1, taps.base + tap * panel)
      }
      unsafe ck_winograd_weights(taps.base, panel, panel, panels.base + index * panel, step)
    }
    (self.panels, self.step) = (panels, step)
  }
}
