import CKernels
import Tensors

/// Where Winograd's filtering F(4x4, 3x3) pays, and how pictures are cut for it.
///
/// Each 4x4 tile of outputs costs 36 products for each pair of channels instead of 144. Tiles go through the cache some
/// at a time: transformed inputs, a product with the weights at each position, transformed outputs.
/// Source: Lavin, Gray 2016, "Fast Algorithms for Convolutional Neural Networks".
struct WinogradTiles: Sendable {
  static let positions = 36
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
  static func step(_ count: Int) -> Int { count + Int(CK_PANEL) }

  /// Tiles that are in work together at most.
  var atOnce: Int { imagesAtOnce * rowsAtOnce * columns }
  /// The sides of a picture with its border, as far as tiles reach.
  var roomHeight: Int { 4 * rows + 2 }
  var roomWidth: Int { 4 * columns + 2 }

  /// Calls `body` with the pictures and the rows of tiles that go together.
  func forEach(_ images: Range<Int>, _ body: (_ images: Range<Int>, _ rows: Range<Int>) -> Void) {
    for first in stride(from: images.lowerBound, to: images.upperBound, by: imagesAtOnce) {
      for top in stride(from: 0, to: rows, by: rowsAtOnce) {
        body(first..<min(images.upperBound, first + imagesAtOnce), top..<min(rows, top + rowsAtOnce))
      }
    }
  }
}

/// One picture's room with its border, and the transformed tiles of some pictures.
@safe private struct Workspace {
  let tiles: WinogradTiles
  let channels: Int
  let room: Buffer?
  let transformed: Buffer

  /// - Parameter hasRoom: false where tiles only come out of a product.
  init(_ tiles: WinogradTiles, channels: Int, hasRoom: Bool = true) {
    (self.tiles, self.channels) = (tiles, channels)
    room = hasRoom ? Buffer(zeros: tiles.roomHeight * tiles.roomWidth * channels) : nil
    transformed = Buffer(count: WinogradTiles.positions * WinogradTiles.step(tiles.atOnce * channels))
  }

  var step: Int { WinogradTiles.step(tiles.atOnce * channels) }
  var row: Int { tiles.roomWidth * channels }

  func place(_ image: Int, of source: some PictureSource) {
    guard let room else { preconditionFailure("a workspace without room") }
    unsafe source.place(image, to: room.base + row + channels, row: row)
  }

  /// Transforms rows of tiles of the picture that is in the room, as the tiles from `first` on.
  func transformInput(_ rows: Range<Int>, first: Int) {
    guard let room else { preconditionFailure("a workspace without room") }
    unsafe ck_winograd_input(
      room.base + 4 * rows.lowerBound * row, row, rows.count, tiles.columns, channels,
      transformed.base + first * channels, step)
  }

  /// The same for a gradient of outputs, into another workspace's tiles.
  func transformGradient(_ rows: Range<Int>, first: Int, to other: Workspace) {
    guard let room else { preconditionFailure("a workspace without room") }
    unsafe ck_winograd_gradient(
      room.base + (4 * rows.lowerBound + 1) * row + channels, row, rows.count, tiles.columns, channels,
      other.transformed.base + first * channels, step)
  }

  /// The outputs of rows of tiles, to the picture at y.
  func transformOutput(_ rows: Range<Int>, first: Int, to y: UnsafeMutablePointer<Float>) {
    let top = 4 * rows.lowerBound
    unsafe ck_winograd_output(
      transformed.base + first * channels, step, min(4 * rows.count, tiles.height - top), tiles.width,
      channels,
      y + top * tiles.width * channels, tiles.width * channels)
  }

  /// Some tiles at one position, as the rows of a matrix.
  func matrix(_ position: Int, count: Int) -> ck_patches {
    unsafe ck_patches(
      input: transformed.base + position * step, rows: 1, columns: count, row_step: 0, pixel_step: channels,
      runs: 1,
      length: channels, run_step: 0)
  }

  /// This workspace's tiles times weights, into the tiles of another.
  func multiply(_ weights: WinogradWeights, count: Int, to other: Workspace) {
    for position in 0..<WinogradTiles.positions {
      var patches = unsafe matrix(position, count: count)
      unsafe ck_multiply(
        &patches, weights.panels.base + position * weights.step, other.channels, nil,
        other.transformed.base + position * other.step, 0, other.channels)
    }
  }
}

/// Weights transformed for each position and packed for the product.
private struct WinogradWeights: Sendable {
  let panels: Buffer
  let step: Int

  /// - Parameter flipped: for the way back, where inputs and outputs change places and taps their order.
  init(_ convolution: Convolution, flipped: Bool, _ parameters: Parameters) {
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

struct WinogradForward: ConvolutionForward {
  private let convolution: Convolution
  private let tiles: WinogradTiles
  private let weights: WinogradWeights

  init(_ convolution: Convolution, _ tiles: WinogradTiles, _ parameters: Parameters) {
    (self.convolution, self.tiles) = (convolution, tiles)
    weights = WinogradWeights(convolution, flipped: false, parameters)
  }

  func run(
    _ images: Range<Int>, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (_ image: Int) -> Void
  ) {
    let inputs = Workspace(tiles, channels: convolution.inputs)
    let outputs = Workspace(tiles, channels: convolution.outputs, hasRoom: false)
    let each = tiles.height * tiles.width * convolution.outputs
    tiles.forEach(images) { images, rows in
      let perImage = rows.count * tiles.columns
      for (index, image) in images.enumerated() {
        if rows.lowerBound == 0 { inputs.place(image, of: x) }
        inputs.transformInput(rows, first: index * perImage)
      }
      inputs.multiply(weights, count: images.count * perImage, to: outputs)
      for (index, image) in images.enumerated() {
        unsafe outputs.transformOutput(rows, first: index * perImage, to: y + image * each)
        if rows.upperBound == tiles.rows { finished(image) }
      }
    }
  }
}

struct WinogradBackward: ConvolutionBackward {
  private let convolution: Convolution
  private let tiles: WinogradTiles
  private let weights: WinogradWeights?

  init(_ convolution: Convolution, _ tiles: WinogradTiles, propagates: Bool, _ parameters: Parameters) {
    (self.convolution, self.tiles) = (convolution, tiles)
    weights = propagates ? WinogradWeights(convolution, flipped: true, parameters) : nil
  }

  func run(
    _ images: Range<Int>, of x: Activation, dy: some PictureSource, weights sums: UnsafeMutablePointer<Float>,
    to dx: UnsafeMutablePointer<Float>?, finished: (_ image: Int) -> Void
  ) {
    let (inputs, outputs) = (convolution.inputs, convolution.outputs)
    let step = WinogradTiles.step(inputs * outputs)
    let transformed = Buffer(zeros: WinogradTiles.positions * step)
    // The first serves twice: x's tiles give dW, then dx's tiles take their place.
    let below = Workspace(tiles, channels: inputs)
    let above = Workspace(tiles, channels: outputs)
    let products = Workspace(tiles, channels: outputs, hasRoom: false)
    tiles.forEach(images) { images, rows in
      let perImage = rows.count * tiles.columns
      let count = images.count * perImage
      for (index, image) in images.enumerated() {
        if rows.lowerBound == 0 {
          below.place(image, of: x)
          above.place(image, of: dy)
        }
        below.transformInput(rows, first: index * perImage)
        above.transformGradient(rows, first: index * perImage, to: products)
        if weights != nil { above.transformInput(rows, first: index * perImage) }
      }
      for position in 0..<WinogradTiles.positions {
        var patches = unsafe below.matrix(position, count: count)
        unsafe ck_accumulate_outer(
          &patches, 0, inputs, products.transformed.base + position * products.step, 0, outputs,
          transformed.base + position * step)
      }
      guard let weights, let dx = unsafe dx else { return }
      above.multiply(weights, count: count, to: below)
      for (index, image) in images.enumerated() {
        unsafe below.transformOutput(rows, first: index * perImage, to: dx + image * x.each)
        if rows.upperBound == tiles.rows { finished(image) }
      }
    }
    unsafe ck_winograd_weights_gradient(transformed.base, step, inputs * outputs, sums)
  }
}
