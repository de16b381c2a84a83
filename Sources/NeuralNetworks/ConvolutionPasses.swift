import CSiamKernels
import SiamTensors

/// Pictures that are copied one at a time, with what is pending applied on the way, into a room with a border of zeros.
protocol PictureSource: Sendable {
  /// Writes picture `image` into rows that are `row` floats apart.
  func place(_ image: Int, to interior: UnsafeMutablePointer<Float>, row: Int)
}

/// The forward pass of a convolution over a batch, with its weights laid out.
protocol ConvolutionForward: Sendable {
  /// Computes y over the threads, part by part, and calls `finished` with each picture while it is in the cache.
  func run(_ slices: Slices, of x: Activation, to y: Buffer, finished: @Sendable (_ image: Int) -> Void)
}

/// The backward pass of a convolution over a batch, with its weights laid out.
protocol ConvolutionBackward: Sendable {
  /// Adds the gradient of the weights to those from `weights` on, and writes that of the pictures, unless `dx` is nil;
  /// calls `finished` with each picture whose dx is there while it is in the cache.
  func run(
    of x: Activation, dy: some PictureSource, weights: UnsafeMutablePointer<Float>, to dx: Buffer?,
    finished: @Sendable (_ image: Int) -> Void)
}

/// A pass whose parts each go from end to end on the thread that takes them.
protocol SlicedForward: ConvolutionForward {
  func run(
    _ images: Range<Int>, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (_ image: Int) -> Void)
}

extension SlicedForward {
  func run(_ slices: Slices, of x: Activation, to y: Buffer, finished: @Sendable (_ image: Int) -> Void) {
    parallelSweep(slices.count) { slice in
      unsafe run(slices[slice], of: x, to: y.base, finished: finished)
    }
  }
}

/// The same for the way back; each part sums its own gradient of the weights.
protocol SlicedBackward: ConvolutionBackward {
  var convolution: Convolution { get }

  func run(
    _ images: Range<Int>, of x: Activation, dy: some PictureSource, weights: UnsafeMutablePointer<Float>,
    to dx: UnsafeMutablePointer<Float>?, finished: (_ image: Int) -> Void)
}

extension SlicedBackward {
  func run(
    of x: Activation, dy: some PictureSource, weights: UnsafeMutablePointer<Float>, to dx: Buffer?,
    finished: @Sendable (_ image: Int) -> Void
  ) {
    let count = convolution.weight.count
    let slices = Slices(batch: x.batch, weights: count)
    let partial = Buffer(count: slices.count * count)
    parallelSweep(slices.count) { slice in
      unsafe run(
        slices[slice], of: x, dy: dy, weights: partial.base + slice * count, to: dx.map { unsafe $0.base },
        finished: finished)
    }
    unsafe add(partial, parts: slices.count, each: count, to: weights)
  }
}

/// Adds parts to their sum. Each stretch of it gets the parts in their order, whichever thread adds them.
func add(_ partial: Buffer, parts: Int, each count: Int, to sum: UnsafeMutablePointer<Float>) {
  let to = UInt(bitPattern: sum)
  parallelFor(0..<count, by: 8192) { some in
    guard let to = unsafe UnsafeMutablePointer<Float>(bitPattern: to) else { return }
    let first = some.lowerBound
    for part in 0..<parts {
      unsafe ck_add(partial.base + part * count + first, some.count, to + first)
    }
  }
}

extension Convolution {
  /// The faster way for pictures of this size, with the weights laid out for it.
  func forwardPass(height: Int, width: Int, _ parameters: Parameters) -> any ConvolutionForward {
    guard let tiles = WinogradTiles(self, height: height, width: width) else {
      return DirectForward(self, parameters)
    }
    return tiles.prefersPositions(self)
      ? PositionsForward(self, tiles, parameters) : WinogradForward(self, tiles, parameters)
  }

  /// The faster way back for pictures of this size; without `propagates` it gives no dx.
  func backwardPass(height: Int, width: Int, propagates: Bool, _ parameters: Parameters)
    -> any ConvolutionBackward
  {
    guard let tiles = WinogradTiles(self, height: height, width: width) else {
      return DirectBackward(self, parameters)
    }
    return tiles.prefersPositions(self)
      ? PositionsBackward(self, tiles, propagates: propagates, parameters)
      : WinogradBackward(self, tiles, propagates: propagates, parameters)
  }
}
