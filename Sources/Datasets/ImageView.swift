package import SiamAugmentations
package import SiamImages
import SiamTensors

/// A random view of every image of a store, always the same: what a recipe makes of the image with a fixed seed.
///
/// At two sizes an image's views show the same crop, since no augmentation draws by size.
package struct ImageView: Sendable, Equatable {
  package let recipe: Recipe
  package let seed: UInt64

  package init(_ recipe: Recipe, seed: UInt64) { (self.recipe, self.seed) = (recipe, seed) }

  /// The view of an image with a name of its own, `size` pixels a side.
  package func callAsFunction(_ image: Image, named name: UInt64, size: Int) -> Image {
    var generator = CounterGenerator(seed, 0x7669_6577, name)
    return recipe.view(of: image, size: size, using: &generator)
  }
}

extension ImageStore {
  /// What evaluation sees of an image: its view, or without one the square in the middle, by the framing or else the largest.
  ///
  /// - Throws: `ImageError` if it has to be read again and cannot be.
  func square(
    _ index: Int, seen view: ImageView?, size: Int, framing: Framing?
  ) throws(ImageError) -> Image {
    let image = try image(index)
    if let view { return view(image, named: UInt64(entries[index]), size: size) }
    return framing?(image, side: size) ?? image.resized(cropping: image.centreSquare, to: size, size)
  }
}
