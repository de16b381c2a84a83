import CSiamKernels

/// Where Winograd's filtering F(4x4, 3x3) pays, and how images are cut for it.
///
/// Each 4x4 tile of outputs costs 36 products for each pair of channels instead of 144. Tiles go through the cache some
/// at a time: transformed inputs, a product with the weights at each position, transformed outputs.
/// Source: Lavin, Gray 2016, "Fast Algorithms for Convolutional Neural Networks".
package struct WinogradTiles: Sendable {
  /// The convolution that they are for.
  let convolution: Convolution
  /// Rows of tiles that cover y.
  let rows: Int
  /// Columns of tiles that cover y.
  package let columns: Int
  /// The same for dx, which has x's reflection.
  let dxRows, dxColumns: Int
  private let height: Int
  /// Rows of tiles in a region.
  let rowsPerRegion: Int
  /// How many images go together, and how many rows of tiles; one of them is all there is.
  package let imagesAtOnce, rowsAtOnce: Int

  /// Nil where the direct pass is faster or the only one.
  package init?(_ convolution: Convolution, height inputHeight: Int, width inputWidth: Int) {
    guard convolution.kernel == 3, convolution.stride == 1,
      convolution.inputs % Int(CK_PANEL) == 0, convolution.outputs % Int(CK_PANEL) == 0
    else { return nil }
    self.convolution = convolution
    height = convolution.outputSize(inputHeight)
    let width = convolution.outputSize(inputWidth)
    (rows, columns) = ((height + 3) / 4, (width + 3) / 4)
    dxRows = (convolution.extended(inputHeight) + 3) / 4
    dxColumns = (convolution.extended(inputWidth) + 3) / 4
    // Tiles that reach past the edges are wasted work; 6 products an output are where the direct pass's 9 win.
    guard WinogradWeights.positions * rows * columns <= 6 * height * width else { return nil }
    let together = 64
    let suiting = max(1, together / columns)
    let isWhole = convolution.border == .zeros
    rowsPerRegion = isWhole ? rows : Regions.band(of: rows, suiting: 2 * suiting)
    imagesAtOnce = isWhole ? max(1, together / (rows * columns)) : 1
    rowsAtOnce = min(rowsPerRegion, suiting)
  }

  /// The tiles of y in an image.
  var count: Int { rows * columns }
  /// Tiles of y, and of dx, that are in work together at most.
  package var atOnce: Int { imagesAtOnce * rowsAtOnce * columns }
  var dxAtOnce: Int { imagesAtOnce * rowsAtOnce * dxColumns }

  /// Whether the transformed weights outgrow the cache before the transformed tiles do: then a position of the whole
  /// batch goes at a time, with its weights.
  var prefersWholeBatch: Bool {
    let weights = convolution.inputs * convolution.outputs
    return convolution.border == .zeros && weights >= 128 * 128 && weights >= 64 * 64 * count
  }

  /// Whether a region is in work by itself, so that its rows stay at hand until the next.
  var goesAlone: Bool { imagesAtOnce == 1 }

  /// How the tiles of x are shared out; regions are rows of y.
  func regions(of x: Activation) -> Regions {
    convolution.border == .zeros
      ? Regions(images: x.batch, height: height)
      : Regions(batch: x.batch, height: height, each: 4 * rowsPerRegion)
  }

  /// The rows of tiles that cover a region of y, and its part of dx.
  func rows(of region: Region) -> (y: Range<Int>, dx: Range<Int>) {
    let (first, end) = (region.rows.lowerBound / 4, (region.rows.upperBound + 3) / 4)
    return (first..<end, first..<(end == rows ? dxRows : end))
  }

  /// Calls `body` with the indices of the regions and the rows of tiles that go together: of y, or of dx.
  func forEachGroup(
    _ part: Range<Int>, of regions: Regions, _ rows: KeyPath<(y: Range<Int>, dx: Range<Int>), Range<Int>>,
    _ body: (_ indices: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    for first in stride(from: part.lowerBound, to: part.upperBound, by: imagesAtOnce) {
      let tiles = self.rows(of: regions[first])[keyPath: rows]
      for top in stride(from: tiles.lowerBound, to: tiles.upperBound, by: rowsAtOnce) {
        body(
          first..<min(part.upperBound, first + imagesAtOnce), top..<min(tiles.upperBound, top + rowsAtOnce))
      }
    }
  }
}
