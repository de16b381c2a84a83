import CSiamKernels
package import SiamTensors

/// Where Winograd's filtering F(4x4, 3x3) pays, and how pictures are cut for it.
///
/// Each 4x4 tile of outputs costs 36 products for each pair of channels instead of 144. Tiles go through the cache some
/// at a time: transformed inputs, a product with the weights at each position, transformed outputs.
/// Source: Lavin, Gray 2016, "Fast Algorithms for Convolutional Neural Networks".
package struct WinogradTiles: Sendable {
  package static let positions = 36
  let height, width: Int
  let rows, columns: Int
  /// How many pictures go together, and how many rows of tiles; one of them is all there is.
  let imagesAtOnce, rowsAtOnce: Int

  /// Nil where the direct way is better or the only one.
  init?(_ convolution: Convolution, height: Int, width: Int) {
    guard convolution.kernel == 3, convolution.stride == 1,
      convolution.inputs % Int(CK_PANEL) == 0, convolution.outputs % Int(CK_PANEL) == 0
    else { return nil }
    (self.height, self.width) = (height, width)
    (rows, columns) = ((height + 3) / 4, (width + 3) / 4)
    // Tiles that reach past the edges are wasted work; 6 products an output are where the direct way's 9 win.
    guard Self.positions * rows * columns <= 6 * height * width else { return nil }
    let together = 64
    imagesAtOnce = max(1, together / (rows * columns))
    rowsAtOnce = imagesAtOnce > 1 ? rows : min(rows, max(1, together / columns))
  }

  /// Floats from one position to the next of so many at each: the odd panel keeps all positions from falling on the same
  /// lines of the cache.
  package static func step(_ count: Int) -> Int { count + Int(CK_PANEL) }

  /// Tiles that are in work together at most.
  var atOnce: Int { imagesAtOnce * rowsAtOnce * columns }
  /// The sides of a picture with its border, as far as tiles reach.
  var roomHeight: Int { 4 * rows + 2 }
  var roomWidth: Int { 4 * columns + 2 }

  var count: Int { rows * columns }

  /// Whether the transformed weights outgrow the cache before the transformed tiles do: then a position of the whole
  /// batch goes at a time, with its weights.
  func prefersPositions(_ convolution: Convolution) -> Bool {
    let weights = convolution.inputs * convolution.outputs
    return weights >= 128 * 128 && weights >= 64 * 64 * count
  }

  /// Calls `body` with the pictures and the rows of tiles that go together.
  func forEach(_ images: Range<Int>, _ body: (_ images: Range<Int>, _ rows: Range<Int>) -> Void) {
    for first in stride(from: images.lowerBound, to: images.upperBound, by: imagesAtOnce) {
      for top in stride(from: 0, to: rows, by: rowsAtOnce) {
        body(first..<min(images.upperBound, first + imagesAtOnce), top..<min(rows, top + rowsAtOnce))
      }
    }
  }
}

/// Tiles as they are between two transforms: at each position a matrix of (tiles, channels).
@safe package struct TransformedTiles: Sendable {
  package let channels, step: Int
  package let values: Buffer

  /// - Parameter count: the tiles that there is room for.
  package init(count: Int, channels: Int) {
    (self.channels, step) = (channels, WinogradTiles.step(count * channels))
    values = Buffer(count: WinogradTiles.positions * step)
  }

  /// The first `count` tiles at one position.
  func matrix(_ position: Int, count: Int) -> ck_patches {
    unsafe ck_patches(
      input: values.base + position * step, rows: 1, columns: count, row_step: 0, pixel_step: channels,
      runs: 1,
      length: channels, run_step: 0)
  }

  /// These tiles times weights at one position, into others.
  package func multiply(_ position: Int, by weights: WinogradWeights, count: Int, to other: TransformedTiles)
  {
    var patches = unsafe matrix(position, count: count)
    unsafe ck_multiply(
      &patches, weights.panels.base + position * weights.step, other.channels, nil,
      other.values.base + position * other.step, 0, other.channels)
  }

  /// The same at every position, on this thread.
  package func multiply(by weights: WinogradWeights, count: Int, to other: TransformedTiles) {
    for position in 0..<WinogradTiles.positions { multiply(position, by: weights, count: count, to: other) }
  }

  /// Adds these tilesᵀ times gradients at one position to a matrix of (channels, gradients' channels).
  package func accumulate(
    _ position: Int, times gradients: TransformedTiles, count: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    var patches = unsafe matrix(position, count: count)
    unsafe ck_accumulate_outer(
      &patches, 0, channels, gradients.values.base + position * gradients.step, 0, gradients.channels, sums)
  }

  /// The outputs of rows of tiles, the first of which is the tile `first`, to the picture at y.
  func output(_ rows: Range<Int>, of tiles: WinogradTiles, first: Int, to y: UnsafeMutablePointer<Float>) {
    let (top, row) = (4 * rows.lowerBound, tiles.width * channels)
    unsafe ck_winograd_output(
      values.base + first * channels, step, min(4 * rows.count, tiles.height - top), tiles.width, channels,
      y + top * row, row)
  }
}

/// One picture with its border of zeros, from which tiles are cut.
@safe struct BorderedPicture {
  let tiles: WinogradTiles
  let channels: Int
  private let room: Buffer

  init(_ tiles: WinogradTiles, channels: Int) {
    (self.tiles, self.channels) = (tiles, channels)
    room = Buffer(zeros: tiles.roomHeight * tiles.roomWidth * channels)
  }

  private var row: Int { tiles.roomWidth * channels }

  func place(_ image: Int, of source: some PictureSource) {
    unsafe source.place(image, to: room.base + row + channels, row: row)
  }

  /// Transforms rows of tiles, as the tiles from `first` on.
  func transformInput(_ rows: Range<Int>, to transformed: TransformedTiles, first: Int) {
    unsafe ck_winograd_input(
      room.base + 4 * rows.lowerBound * row, row, rows.count, tiles.columns, channels,
      transformed.values.base + first * channels, transformed.step)
  }

  /// The same where the picture is a gradient of outputs.
  func transformGradient(_ rows: Range<Int>, to transformed: TransformedTiles, first: Int) {
    unsafe ck_winograd_gradient(
      room.base + (4 * rows.lowerBound + 1) * row + channels, row, rows.count, tiles.columns, channels,
      transformed.values.base + first * channels, transformed.step)
  }
}

/// What the way back keeps of some tiles. `below` serves twice: x's tiles give dW, then dx's tiles take their place.
struct BackwardTiles: Sendable {
  let below, above, products: TransformedTiles

  init(count: Int, _ convolution: Convolution) {
    below = TransformedTiles(count: count, channels: convolution.inputs)
    above = TransformedTiles(count: count, channels: convolution.outputs)
    products = TransformedTiles(count: count, channels: convolution.outputs)
  }

  /// Transforms rows of tiles of a picture and of the gradient above it, as the tiles from `first` on.
  func transform(
    _ rows: Range<Int>, of picture: BorderedPicture, _ gradient: BorderedPicture, first: Int, propagates: Bool
  ) {
    picture.transformInput(rows, to: below, first: first)
    gradient.transformGradient(rows, to: products, first: first)
    if propagates { gradient.transformInput(rows, to: above, first: first) }
  }

  /// Adds the gradient of the transformed weights at one position.
  func accumulate(_ position: Int, count: Int, to sums: UnsafeMutablePointer<Float>) {
    unsafe below.accumulate(position, times: products, count: count, to: sums)
  }

  /// dx's tiles at one position.
  func propagate(_ position: Int, by weights: WinogradWeights, count: Int) {
    above.multiply(position, by: weights, count: count, to: below)
  }
}

/// Weights transformed for each position and packed for the product.
package struct WinogradWeights: Sendable {
  let panels: Buffer
  let step: Int

  /// - Parameter flipped: for the way back, where inputs and outputs change places and taps their order.
  package init(_ convolution: Convolution, flipped: Bool, _ parameters: Parameters) {
    let (inputs, outputs, width) = (convolution.inputs, convolution.outputs, Int(CK_PANEL))
    let (depth, columns) = flipped ? (outputs, inputs) : (inputs, outputs)
    let (panel, step) = (depth * width, WinogradTiles.step(depth * columns))
    let panels = Buffer(count: WinogradTiles.positions * step)
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
      unsafe ck_winograd_weights(taps.base, panel, panel, panels.base + index * panel, step)
    }
    (self.panels, self.step) = (panels, step)
  }
}
