import SiamTensors

/// The rows of a region with their border, from which tiles are cut.
struct TileRows {
  private var room: BorderedRows
  private let tiles: WinogradTiles
  /// Pixels of border before the first tile.
  private let before: Int
  private let isGradient: Bool

  /// Rows of x, with the border of the convolution.
  init(of x: Activation, _ tiles: WinogradTiles) {
    (self.tiles, before, isGradient) = (tiles, 1, false)
    room = BorderedRows(
      rows: 4 * tiles.rowsPerRegion + 2, columns: 4 * tiles.columns + 2, left: 1,
      reflection: tiles.convolution.reflection, of: x)
  }

  /// Rows of dy as the flipped convolution sees them, whose outputs are dx: with zeros around them.
  init(ofGradient dy: some ImageSource, _ tiles: WinogradTiles) {
    (self.tiles, before, isGradient) = (tiles, 2 - tiles.convolution.padding, true)
    room = BorderedRows(
      rows: 4 * (tiles.rowsPerRegion + tiles.dxRows - tiles.rows) + 2, columns: 4 * tiles.dxColumns + 2,
      left: before, of: dy)
  }

  /// Copies the rows of a region, if these rows of tiles are its first.
  mutating func fill(_ region: Region, from source: some ImageSource, before first: Range<Int>) {
    let rows = isGradient ? tiles.rows(of: region).dx : tiles.rows(of: region).y
    guard first.lowerBound == rows.lowerBound else { return }
    let top = 4 * rows.lowerBound - before
    room.fill(top..<top + 4 * rows.count + 2, of: region.image, from: source)
  }

  /// Transforms rows of tiles as inputs, as the tiles from `first` on.
  func transform(_ rows: Range<Int>, of region: Region, to transformed: TransformedTiles, first: Int) {
    unsafe transformed.input(
      room.row(4 * rows.lowerBound - region.rows.lowerBound), row: room.step, rows: rows.count,
      columns: isGradient ? tiles.dxColumns : tiles.columns, first: first)
  }

  /// Transforms rows of tiles as gradients of outputs.
  func transformGradient(_ rows: Range<Int>, of region: Region, to transformed: TransformedTiles, first: Int)
  {
    let row = 4 * rows.lowerBound - region.rows.lowerBound + before
    unsafe transformed.gradient(
      room.row(row) + before * transformed.channels, row: room.step, rows: rows.count,
      columns: tiles.columns, first: first)
  }
}

/// The transformed tiles of a backward pass. `below` serves twice: x's tiles give dW, then dx's tiles replace them.
struct BackwardTiles: Sendable {
  /// Tiles of x and then of dx; of dy as inputs of the flipped convolution; of dy as gradients of outputs.
  let below, above, products: TransformedTiles

  /// - Parameters:
  ///   - count: tiles of y that there is room for.
  ///   - dxCount: tiles of dx, at least as many.
  ///   - sharing: whether `above` comes after `products` into the same memory, so that less falls out of the cache.
  init(count: Int, dxCount: Int, sharing: Bool = false, _ convolution: Convolution) {
    below = TransformedTiles(count: dxCount, channels: convolution.inputs)
    above = TransformedTiles(count: dxCount, channels: convolution.outputs)
    products = sharing ? above : TransformedTiles(count: count, channels: convolution.outputs)
  }
}
