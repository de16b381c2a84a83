import Tensors

/// Pictures that are copied one at a time, with what is pending applied on the way, into a room with a border of zeros.
protocol PictureSource: Sendable {
  /// Writes picture `image` into rows that are `row` floats apart.
  func place(_ image: Int, to interior: UnsafeMutablePointer<Float>, row: Int)
}

/// The forward pass of a convolution over some pictures of a batch, on the calling thread.
protocol ConvolutionForward: Sendable {
  /// Computes y for each picture of `images`, and calls `finished` with each while it is in the cache.
  func run(
    _ images: Range<Int>, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (_ image: Int) -> Void)
}

/// The backward pass of a convolution over some pictures of a batch, on the calling thread.
protocol ConvolutionBackward: Sendable {
  /// Writes the gradient of the weights, summed over `images`, and that of each picture, unless `dx` is nil; calls
  /// `finished` with each picture whose dx is there while it is in the cache.
  func run(
    _ images: Range<Int>, of x: Activation, dy: some PictureSource, weights: UnsafeMutablePointer<Float>,
    to dx: UnsafeMutablePointer<Float>?, finished: (_ image: Int) -> Void)
}

extension Convolution {
  /// The faster way for pictures of this size, with the weights laid out for it.
  func forwardPass(height: Int, width: Int, _ parameters: Parameters) -> any ConvolutionForward {
    if let tiles = WinogradTiles(self, height: height, width: width) {
      return WinogradForward(self, tiles, parameters)
    }
    return DirectForward(self, parameters)
  }

  /// The faster way back for pictures of this size; without `propagates` it gives no dx.
  func backwardPass(height: Int, width: Int, propagates: Bool, _ parameters: Parameters)
    -> any ConvolutionBackward
  {
    if let tiles = WinogradTiles(self, height: height, width: width) {
      return WinogradBackward(self, tiles, propagates: propagates, parameters)
    }
    return DirectBackward(self, parameters)
  }
}
