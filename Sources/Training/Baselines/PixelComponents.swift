import SiamAugmentations
package import SiamDatasets
import SiamFeatures
package import SiamTensors

/// Whitened principal components of pixels.
///
/// Their number and how far they are whitened were chosen on held-out training images of CIFAR-10, Fashion-MNIST and
/// photographs of clothing.
package struct PixelComponents: Baseline {
  package let name = "pixel PCA"
  package let size = 32
  private let components: PrincipalComponents

  private static let (count, exponent) = (128, 0.75)
  /// The most images to fit to.
  private static let images = 2000

  /// Fits to some of the images, at random but always the same.
  ///
  /// - Parameter progress: called with the images read so far; may throw to stop.
  /// - Throws: `ImageError` if an image can no longer be read, and what `progress` throws.
  package init(fittedTo images: ImageSubset, progress: (Int) throws -> Void = { _ in }) throws {
    precondition(images.count > 0, "components of no images")
    var generator = CounterGenerator(0x7063_6121)
    let some = chosen(min(Self.images, images.count), of: images.count, using: &generator)
    let sample = ImageSubset(images.store, some.map { images.indices[$0] }, seen: images.view)
    let pixels = RawPixels(size: 32, normalization: .unit)
    let rows = Tensor([sample.count, 32 * 32 * 3], try pixels.features(of: sample, progress: progress))
    // So many vectors vary along one direction less.
    components = PrincipalComponents(min(Self.count, max(1, sample.count - 1)), ofFew: rows)
  }

  package func vectors(of images: Tensor) -> Tensor {
    components.applied(to: images.reshaped([images.shape[0], size * size * 3]), exponent: Self.exponent)
  }
}
