import CSiamKernels
package import SiamTensors

/// The forward pass of a convolution, with its weights laid out.
protocol ConvolutionForward: Sendable {
  /// How x is cut; the regions are rows of y.
  func regions(of x: Activation) -> Regions

  /// Computes y (N, H', W', outputs) over the threads, part by part, and calls `finished` with each region while it is
  /// in the cache.
  func run(
    _ slices: Slices, _ regions: Regions, of x: Activation, to y: Buffer,
    finished: @Sendable (Region) -> Void)
}

/// The backward pass of a convolution, with its weights laid out.
protocol ConvolutionBackward: Sendable {
  /// Adds the gradient of the weights to those from `weights` on, and writes that of x with its reflection, unless `dx`
  /// is nil; calls `finished` with each region whose dx is there while it is in the cache.
  func run(
    of x: Activation, dy: some ImageSource, weights: UnsafeMutablePointer<Float>, to dx: Buffer?,
    finished: @Sendable (Region) -> Void)
}

/// A pass whose parts each go from end to end on the thread that takes them.
protocol SlicedForward: ConvolutionForward {
  func run(
    _ part: Range<Int>, of regions: Regions, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (Region) -> Void)
}

extension SlicedForward {
  func run(
    _ slices: Slices, _ regions: Regions, of x: Activation, to y: Buffer,
    finished: @Sendable (Region) -> Void
  ) {
    parallelSweep(slices.count) { slice in
      unsafe run(slices[slice], of: regions, of: x, to: y.base, finished: finished)
    }
  }
}

/// The same backward; each part sums its own gradient of the weights.
protocol SlicedBackward: ConvolutionBackward {
  /// Floats that each part sums.
  var sums: Int { get }

  func regions(of x: Activation) -> Regions

  func run(
    _ part: Range<Int>, of regions: Regions, of x: Activation, dy: some ImageSource,
    sums: UnsafeMutablePointer<Float>, to dx: UnsafeMutablePointer<Float>?, finished: (Region) -> Void)

  /// Adds the sums of all parts to the gradient of the weights.
  func add(_ partial: Buffer, parts: Int, to weights: UnsafeMutablePointer<Float>)
}

extension SlicedBackward {
  func run(
    of x: Activation, dy: some ImageSource, weights: UnsafeMutablePointer<Float>, to dx: Buffer?,
    finished: @Sendable (Region) -> Void
  ) {
    let (regions, count) = (regions(of: x), sums)
    let slices = Slices(summing: regions, weights: count)
    let partial = Buffer(count: slices.count * count)
    parallelSweep(slices.count) { slice in
      unsafe run(
        slices[slice], of: regions, of: x, dy: dy, sums: partial.base + slice * count,
        to: dx.map { unsafe $0.base }, finished: finished)
    }
    unsafe add(partial, parts: slices.count, to: weights)
  }

  func add(_ partial: Buffer, parts: Int, to weights: UnsafeMutablePointer<Float>) {
    unsafe addParts(partial, parts: parts, each: sums, to: weights)
  }
}

/// Adds parts of `count` floats to their sum. Each stretch of it gets the parts in their order, whichever thread adds
/// them.
func addParts(_ partial: Buffer, parts: Int, each count: Int, to sum: UnsafeMutablePointer<Float>) {
  let to = UInt(bitPattern: sum)
  parallelFor(0..<count, by: 8192) { some in
    guard let to = unsafe UnsafeMutablePointer<Float>(bitPattern: to) else { return }
    let first = some.lowerBound
    for part in 0..<parts {
      unsafe ck_kernels().pointee.add(partial.base + part * count + first, some.count, to + first)
    }
  }
}

extension Convolution {
  /// The fastest forward pass for images of this size, with the weights laid out for it.
  func forwardPass(height: Int, width: Int, _ parameters: Parameters) -> any ConvolutionForward {
    guard let tiles = WinogradTiles(self, height: height, width: width) else {
      return DirectForward(self, parameters)
    }
    return tiles.prefersWholeBatch
      ? BatchWinogradForward(tiles, parameters) : WinogradForward(tiles, parameters)
  }

  /// The fastest backward pass for images of this size; without `propagates` it gives no dx.
  func backwardPass(height: Int, width: Int, propagates: Bool, _ parameters: Parameters)
    -> any ConvolutionBackward
  {
    guard let tiles = WinogradTiles(self, height: height, width: width) else {
      return DirectBackward(self, parameters)
    }
    return tiles.prefersWholeBatch
      ? BatchWinogradBackward(tiles, propagates: propagates, parameters)
      : WinogradBackward(tiles, propagates: propagates, parameters)
  }
}

extension Convolution {
  /// y (N, H', W', outputs) of the direct pass alone, with a bias and nothing pending.
  package func applied(to x: Activation, bias: Range<Int>, _ parameters: Parameters) -> Tensor {
    let (y, product) = (Tensor(uninitialized: outputShape(x)), DirectForward(self, bias: bias, parameters))
    let regions = product.regions(of: x)
    product.run(Slices(forward: regions, evaluates: false), regions, of: x, to: y.buffer) { _ in }
    return y
  }

  /// Adds the gradient of the weights, from that of y, and returns that of x.
  ///
  /// - Precondition: a kernel of one pixel, which has no border.
  package func backward(_ dy: Tensor, of x: Activation, _ parameters: inout Parameters) -> ActivationGradient
  {
    precondition(kernel == 1)
    let (dx, product) = (Tensor(uninitialized: x.values.shape), DirectBackward(self, parameters))
    let gradients = parameters.gradients.unique()
    unsafe product.run(
      of: x, dy: Activation(dy), weights: gradients.base + weight.lowerBound, to: dx.buffer
    ) { _ in }
    return ActivationGradient(dx)
  }
}
