import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// Winograd's filtering F(4x4, 3x3) over one picture that reflects at its edges, in bands of rows of tiles.
///
/// The tiles are those of batches of small pictures in NeuralNetworks, but there the pictures go to the threads, and here
/// the bands of the one there is. On the way back the gradient of x has its border too, since that is folded.
/// Source: Lavin, Gray 2016, "Fast Algorithms for Convolutional Neural Networks".
struct Tiles: Sendable {
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
    guard WinogradTiles.positions * rows * columns <= 6 * height * width else { return nil }
    let suiting = max(1, Self.together / columns)
    bands = Bands(height: rows, each: 2 * suiting)
    rowsAtOnce = min(suiting, bands.each)
  }

  func forward(_ x: Signal, to y: Map, _ parameters: Parameters, measures: Bool) -> BandMoments? {
    let weights = WinogradWeights(geometry, flipped: false, parameters)
    let pixelBands = Bands(height: height, each: 4 * bands.each, multiple: 4 * bands.each)
    let moments = measures ? BandMoments(pixelBands, of: y) : nil
    parallelFor(bands.count) { band in
      let rows = bands[band]
      let room = placed(x, rows)
      let inputs = TransformedTiles(count: rowsAtOnce * columns, channels: geometry.inputs)
      let outputs = TransformedTiles(count: rowsAtOnce * columns, channels: geometry.outputs)
      forEachGroup(rows) { group in
        unsafe inputs.input(
          room.base + 4 * (group.lowerBound - rows.lowerBound) * roomStep, roomStep, rows: group.count,
          columns: columns)
        inputs.multiply(by: weights, count: group.count * columns, to: outputs)
        let top = 4 * group.lowerBound
        unsafe outputs.output(
          to: y.row(top), y.step, height: min(4 * group.count, height - top), width: width)
      }
      moments?.measure(band, of: y)
    }
    return moments
  }

  func backward(_ x: Signal, _ dy: RawGradient, to dx: Map?, _ parameters: inout Parameters) {
    let weights = dx == nil ? nil : WinogradWeights(geometry, flipped: true, parameters)
    let (inputs, outputs) = (geometry.inputs, geometry.outputs)
    let panel = WinogradTiles.step(inputs * outputs)
    let sums = PartialSums(count: WinogradTiles.positions * panel, bands: bands.count)
    parallelFor(sums.parts) { part in
      let gradient = unsafe sums.clear(part)
      let below = TransformedTiles(count: rowsAtOnce * backColumns, channels: inputs)
      let above = TransformedTiles(count: rowsAtOnce * backColumns, channels: outputs)
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
          unsafe below.input(room.base + at * roomStep, roomStep, rows: group.count, columns: columns)
          unsafe above.gradient(
            dyRoom.base + (at + 2) * step + 2 * outputs, step, rows: group.count, columns: columns)
          for position in 0..<WinogradTiles.positions {
            unsafe below.accumulate(
              position, times: above, count: group.count * columns, to: gradient + position * panel)
          }
        }
        guard let weights, let dx else { continue }
        forEachGroup(reach) { group in
          let at = 4 * (group.lowerBound - reach.lowerBound)
          unsafe above.input(dyRoom.base + at * step, step, rows: group.count, columns: backColumns)
          above.multiply(by: weights, count: group.count * backColumns, to: below)
          let top = 4 * group.lowerBound
          unsafe below.output(
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
    let start = geometry.weight.lowerBound
    parallelFor(0..<count, by: 2048) { some in
      let (at, length) = (some.lowerBound, some.count)
      for position in 0..<WinogradTiles.positions {
        _ = unsafe sums.total(from: position * panel + at, count: length)
      }
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
}

extension TransformedTiles {
  /// Rows of tiles of a picture from a corner on; `row` floats from one of its rows to the next.
  fileprivate func input(_ corner: UnsafePointer<Float>, _ row: Int, rows: Int, columns: Int) {
    unsafe ck_winograd_input(corner, row, rows, columns, channels, values.base, step)
  }

  fileprivate func gradient(_ corner: UnsafePointer<Float>, _ row: Int, rows: Int, columns: Int) {
    unsafe ck_winograd_gradient(corner, row, rows, columns, channels, values.base, step)
  }

  fileprivate func output(to y: UnsafeMutablePointer<Float>, _ row: Int, height: Int, width: Int) {
    unsafe ck_winograd_output(values.base, step, height, width, channels, y, row)
  }
}
