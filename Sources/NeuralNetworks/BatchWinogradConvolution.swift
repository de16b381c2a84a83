import CSiamKernels
import SiamTensors

/// Winograd's filtering for deep layers, whose weights are large and whose images are small: the tiles of the whole
/// batch are transformed, then the threads take the 36 positions, each with its weights, then the images again.
struct BatchWinogradForward: ConvolutionForward {
  private let tiles: WinogradTiles
  private let weights: WinogradWeights

  init(_ tiles: WinogradTiles, _ parameters: Parameters) {
    self.tiles = tiles
    weights = WinogradWeights(tiles.convolution, flipped: false, parameters)
  }

  func regions(of x: Activation) -> Regions { tiles.regions(of: x) }

  func run(
    _ slices: Slices, _ regions: Regions, of x: Activation, to y: Buffer,
    finished: @Sendable (Region) -> Void
  ) {
    let (tiles, weights, convolution) = (tiles, weights, tiles.convolution)
    let count = x.batch * tiles.count
    let inputs = TransformedTiles(count: count, channels: convolution.inputs)
    let outputs = TransformedTiles(count: count, channels: convolution.outputs)
    parallelSweep(slices.count) { slice in
      var image = TileRows(of: x, tiles)
      for index in slices[slice] {
        image.fill(regions[index], from: x, before: 0..<tiles.rows)
        image.transform(0..<tiles.rows, of: regions[index], to: inputs, first: index * tiles.count)
      }
    }
    parallelFor(WinogradWeights.positions) { position in
      inputs.multiply(position, by: weights, count: count, to: outputs)
    }
    let (height, width) = (regions.height, convolution.outputSize(x.width))
    let each = height * width * convolution.outputs
    parallelSweep(slices.count) { slice in
      for index in slices[slice] {
        unsafe outputs.output(
          0..<tiles.rows, first: index * tiles.count, to: y.base + index * each, height: height, width: width)
        finished(regions[index])
      }
    }
  }
}

/// The backward pass: at each position the gradient of its weights in one sum over the batch, and dx's tiles.
struct BatchWinogradBackward: ConvolutionBackward {
  private let tiles: WinogradTiles
  private let weights: WinogradWeights?

  init(_ tiles: WinogradTiles, propagates: Bool, _ parameters: Parameters) {
    self.tiles = tiles
    weights = propagates ? WinogradWeights(tiles.convolution, flipped: true, parameters) : nil
  }

  func run(
    of x: Activation, dy: some ImageSource, weights sums: UnsafeMutablePointer<Float>, to dx: Buffer?,
    finished: @Sendable (Region) -> Void
  ) {
    let (tiles, weights, convolution) = (tiles, weights, tiles.convolution)
    let count = x.batch * tiles.count
    let work = BackwardTiles(count: count, dxCount: count, convolution)
    let (regions, slices) = (tiles.regions(of: x), Slices(batch: x.batch))
    parallelSweep(slices.count) { slice in
      var (image, gradient) = (TileRows(of: x, tiles), TileRows(ofGradient: dy, tiles))
      for index in slices[slice] {
        let (region, first, rows) = (regions[index], index * tiles.count, 0..<tiles.rows)
        image.fill(region, from: x, before: rows)
        gradient.fill(region, from: dy, before: rows)
        image.transform(rows, of: region, to: work.below, first: first)
        gradient.transformGradient(rows, of: region, to: work.products, first: first)
        if weights != nil { gradient.transform(rows, of: region, to: work.above, first: first) }
      }
    }
    let step = WinogradWeights.step(convolution.inputs * convolution.outputs)
    let transformed = Buffer(count: WinogradWeights.positions * step)
    parallelFor(WinogradWeights.positions) { position in
      let sum = unsafe transformed.base + position * step
      unsafe sum.update(repeating: 0, count: step)
      unsafe work.below.accumulate(position, times: work.products, count: count, to: sum)
      if let weights { work.above.multiply(position, by: weights, count: count, to: work.below) }
    }
    unsafe convolution.add(transformed: transformed, parts: 1, to: sums)
    guard let dx, weights != nil else { return }
    parallelSweep(slices.count) { slice in
      for index in slices[slice] {
        unsafe work.below.output(
          0..<tiles.rows, first: index * tiles.count, to: dx.base + index * x.each, height: x.height,
          width: x.width)
        finished(regions[index])
      }
    }
  }
}
