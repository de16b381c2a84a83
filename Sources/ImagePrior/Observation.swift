package import SiamTensors

/// What is known of an image: how a candidate is held against it.
///
/// One file for each kind of damage; the network is the same for all.
package protocol Observation: Sendable {
  /// The height of the image that is sought, in pixels.
  var height: Int { get }
  /// Its width.
  var width: Int { get }

  /// The mean squared error of an image (height, width, 3) against what is known, and its gradient.
  func error(of image: Tensor) -> (loss: Double, gradient: Tensor)
}

/// The whole image with noise on it.
package struct NoisyImage: Observation {
  /// What is known, (H, W, 3) in 0...1.
  package let image: Tensor
  package var height: Int { image.shape[0] }
  package var width: Int { image.shape[1] }

  /// - Parameter image: (H, W, 3), 0...1.
  package init(_ image: Tensor) { self.image = image }

  package func error(of candidate: Tensor) -> (loss: Double, gradient: Tensor) {
    squaredError(candidate, image, weights: nil)
  }
}

/// An image of which some pixels are missing.
package struct MaskedImage: Observation {
  /// The image, (H, W, 3) in 0...1, of any values where a sample is missing.
  package let image: Tensor
  /// (H, W, 3): 1 where a sample is known, 0 where it is missing.
  package let known: Tensor
  package var height: Int { image.shape[0] }
  package var width: Int { image.shape[1] }

  /// - Parameter known: whether each pixel is known, H · W of them.
  package init(_ image: Tensor, known: [Bool]) {
    precondition(known.count * 3 == image.count, "\(known.count) pixels in a mask for \(image.shape)")
    self.image = image
    self.known = Tensor(image.shape, known.flatMap { [Float](repeating: $0 ? 1 : 0, count: 3) })
  }

  package func error(of candidate: Tensor) -> (loss: Double, gradient: Tensor) {
    squaredError(candidate, image, weights: known)
  }
}

/// An image of which a smaller one is known.
package struct ReducedImage: Observation {
  /// The smaller image, (H, W, 3) in 0...1.
  package let image: Tensor
  package var height: Int { reduction.factor * image.shape[0] }
  package var width: Int { reduction.factor * image.shape[1] }
  private let reduction: LanczosReduction

  /// - Precondition: a factor of 2 to 8.
  package init(_ image: Tensor, factor: Int) {
    self.image = image
    reduction = LanczosReduction(factor: factor)
  }

  package func error(of candidate: Tensor) -> (loss: Double, gradient: Tensor) {
    let error = squaredError(reduction.apply(to: candidate), image, weights: nil)
    return (error.loss, reduction.transposed(error.gradient))
  }
}

/// Σ w (a − b)² / n over all n samples, and its gradient by a.
private func squaredError(_ a: Tensor, _ b: Tensor, weights: Tensor?) -> (loss: Double, gradient: Tensor) {
  precondition(a.shape == b.shape, "\(a.shape) against \(b.shape)")
  let gradient = Tensor(uninitialized: a.shape)
  let (count, stretch) = (a.count, 16_384)
  let (from, other, weights, to) = (a.buffer, b.buffer, weights?.buffer, gradient.buffer)
  let factor = 2 / Float(count)
  let sums = parallelMap((count + stretch - 1) / stretch) { index in
    var sum = 0.0
    for at in index * stretch..<min(count, (index + 1) * stretch) {
      var difference = unsafe from.base[at] - other.base[at]
      if let weights { difference *= unsafe weights.base[at] }
      sum += Double(difference) * Double(difference)
      unsafe to.base[at] = factor * difference
    }
    return sum
  }
  return (sums.reduce(0, +) / Double(count), gradient)
}
