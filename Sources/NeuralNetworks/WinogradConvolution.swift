import CSiamKernels
import SiamTensors

/// Some tiles at a time from end to end, so that all that belongs to them stays in the cache.
struct WinogradForward: SlicedForward {
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
    let picture = BorderedPicture(tiles, channels: convolution.inputs)
    let inputs = TransformedTiles(count: tiles.atOnce, channels: convolution.inputs)
    let outputs = TransformedTiles(count: tiles.atOnce, channels: convolution.outputs)
    let each = tiles.height * tiles.width * convolution.outputs
    tiles.forEach(images) { images, rows in
      let perImage = rows.count * tiles.columns
      for (index, image) in images.enumerated() {
        if rows.lowerBound == 0 { picture.place(image, of: x) }
        picture.transformInput(rows, to: inputs, first: index * perImage)
      }
      inputs.multiply(by: weights, count: images.count * perImage, to: outputs)
      for (index, image) in images.enumerated() {
        unsafe outputs.output(rows, of: tiles, first: index * perImage, to: y + image * each)
        if rows.upperBound == tiles.rows { finished(image) }
      }
    }
  }
}

/// The way back, some tiles at a time; the gradient of the transformed weights is summed over all of them.
struct WinogradBackward: SlicedBackward {
  let convolution: Convolution
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
    let (picture, gradient) = (
      BorderedPicture(tiles, channels: inputs), BorderedPicture(tiles, channels: outputs)
    )
    let work = BackwardTiles(count: tiles.atOnce, convolution)
    tiles.forEach(images) { images, rows in
      let perImage = rows.count * tiles.columns
      let count = images.count * perImage
      for (index, image) in images.enumerated() {
        if rows.lowerBound == 0 {
          picture.place(image, of: x)
          gradient.place(image, of: dy)
        }
        work.transform(rows, of: picture, gradient, first: index * perImage, propagates: weights != nil)
      }
      for position in 0..<WinogradTiles.positions {
        unsafe work.accumulate(position, count: count, to: transformed.base + position * step)
      }
      guard let weights, let dx = unsafe dx else { return }
      work.above.multiply(by: weights, count: count, to: work.below)
      for (index, image) in images.enumerated() {
        unsafe work.below.output(rows, of: tiles, first: index * perImage, to: dx + image * x.each)
        if rows.upperBound == tiles.rows { finished(image) }
      }
    }
    unsafe ck_winograd_weights_gradient(transformed.base, step, inputs * outputs, sums, inputs * outputs)
  }
}
