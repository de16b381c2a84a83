import CSiamKernels
import SiamTensors

/// Winograd's way for deep layers, whose weights are large and whose pictures are small: the tiles of the whole batch are
/// transformed, then the threads take the positions, each with its weights, then the pictures again.
struct PositionsForward: ConvolutionForward {
  private let convolution: Convolution
  private let tiles: WinogradTiles
  private let weights: WinogradWeights

  init(_ convolution: Convolution, _ tiles: WinogradTiles, _ parameters: Parameters) {
    (self.convolution, self.tiles) = (convolution, tiles)
    weights = WinogradWeights(convolution, flipped: false, parameters)
  }

  func run(_ slices: Slices, of x: Activation, to y: Buffer, finished: @Sendable (_ image: Int) -> Void) {
    let count = x.batch * tiles.count
    let inputs = TransformedTiles(count: count, channels: convolution.inputs)
    let outputs = TransformedTiles(count: count, channels: convolution.outputs)
    parallelSweep(slices.count) { slice in
      let picture = BorderedPicture(tiles, channels: convolution.inputs)
      for image in slices[slice] {
        picture.place(image, of: x)
        picture.transformInput(0..<tiles.rows, to: inputs, first: image * tiles.count)
      }
    }
    parallelFor(WinogradTiles.positions) { position in
      inputs.multiply(position, by: weights, count: count, to: outputs)
    }
    let each = tiles.height * tiles.width * convolution.outputs
    parallelSweep(slices.count) { slice in
      for image in slices[slice] {
        unsafe outputs.output(
          0..<tiles.rows, of: tiles, first: image * tiles.count, to: y.base + image * each)
        finished(image)
      }
    }
  }
}

/// The way back: at each position the gradient of its weights in one sum over the batch, and dx's tiles.
struct PositionsBackward: ConvolutionBackward {
  private let convolution: Convolution
  private let tiles: WinogradTiles
  private let weights: WinogradWeights?

  init(_ convolution: Convolution, _ tiles: WinogradTiles, propagates: Bool, _ parameters: Parameters) {
    (self.convolution, self.tiles) = (convolution, tiles)
    weights = propagates ? WinogradWeights(convolution, flipped: true, parameters) : nil
  }

  func run(
    of x: Activation, dy: some PictureSource, weights sums: UnsafeMutablePointer<Float>, to dx: Buffer?,
    finished: @Sendable (_ image: Int) -> Void
  ) {
    let (inputs, outputs) = (convolution.inputs, convolution.outputs)
    let count = x.batch * tiles.count
    let work = BackwardTiles(count: count, convolution)
    let slices = Slices(batch: x.batch)
    parallelSweep(slices.count) { slice in
      let picture = BorderedPicture(tiles, channels: inputs)
      let gradient = BorderedPicture(tiles, channels: outputs)
      for image in slices[slice] {
        picture.place(image, of: x)
        gradient.place(image, of: dy)
        work.transform(
          0..<tiles.rows, of: picture, gradient, first: image * tiles.count, propagates: weights != nil)
      }
    }
    let step = WinogradTiles.step(inputs * outputs)
    let transformed = Buffer(count: WinogradTiles.positions * step)
    parallelFor(WinogradTiles.positions) { position in
      let sum = unsafe transformed.base + position * step
      unsafe sum.update(repeating: 0, count: inputs * outputs)
      unsafe work.accumulate(position, count: count, to: sum)
      if let weights { work.propagate(position, by: weights, count: count) }
    }
    unsafe addWeights(of: transformed, step: step, to: sums)
    guard let dx, weights != nil else { return }
    parallelSweep(slices.count) { slice in
      for image in slices[slice] {
        unsafe work.below.output(
          0..<tiles.rows, of: tiles, first: image * tiles.count, to: dx.base + image * x.each)
        finished(image)
      }
    }
  }

  /// Transforms the gradient back, some input channels at a time.
  private func addWeights(of transformed: Buffer, step: Int, to sums: UnsafeMutablePointer<Float>) {
    let (inputs, outputs) = (convolution.inputs, convolution.outputs)
    let gradient = Buffer(count: 9 * inputs * outputs)
    let rows = 16
    parallelFor(inputs / rows) { index in
      let first = index * rows * outputs
      unsafe ck_winograd_weights_gradient(
        transformed.base + first, step, rows * outputs, gradient.base + first, inputs * outputs)
    }
    unsafe add(gradient, parts: 1, each: 9 * inputs * outputs, to: sums)
  }
}
