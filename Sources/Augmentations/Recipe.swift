package import SiamImages

/// How views are made of an image: augmentations in order, then a normalisation.
///
/// The written form is `crop(0.2,1)|flip(0.5)|jitter(0.4,0.4,0.4,0.1,p=0.8)|grey(0.2)`, with `normalize(…)` as one more term
/// unless the normalisation is ImageNet's. `description` writes it, `init(_:)` reads it.
public struct Recipe: Sendable, Equatable, CustomStringConvertible {
  /// The augmentations, applied in this order.
  package var augmentations: [any Augmentation]
  /// The normalisation of the finished view.
  package var normalization: Normalization

  /// A recipe of these augmentations.
  package init(_ augmentations: [any Augmentation], normalization: Normalization = .imagenet) {
    (self.augmentations, self.normalization) = (augmentations, normalization)
  }

  /// Reads the name of a recipe in `named`, or the written form.
  ///
  /// - Throws: `RecipeError`, which points at the character at fault.
  public init(_ text: String) throws(RecipeError) {
    var parser = RecipeParser(text)
    self = try parser.recipe()
  }

  /// The written form, which `init(_:)` reads.
  ///
  /// The written form.
  public var description: String {
    var terms = augmentations.map(\.written)
    if terms.isEmpty || normalization != .imagenet { terms.append(normalization.written) }
    return terms.joined(separator: "|")
  }

  /// Makes a view of an image: `size` x `size` pixels, not yet normalised.
  ///
  /// A recipe without a crop starts with the largest square in the middle, resized.
  package func view(
    of image: Image, size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    var view = image
    if !augmentations.contains(where: { $0 is RandomResizedCrop }) {
      view = image.resized(cropping: image.centreSquare, to: size, size)
    }
    for augmentation in augmentations { view = augmentation(view, for: size, using: &generator) }
    return view
  }

  /// How far images may be reduced before views of this size are made: the smallest crop still has as many pixels as the
  /// view, and so has the largest square.
  package func reduction(for size: Int) -> Reduction {
    let smallest = augmentations.compactMap { ($0 as? RandomResizedCrop)?.scale.lowerBound }.reduce(1, *)
    return Reduction(pixels: Int(min(1e15, Double(size * size) / smallest)), side: size)
  }

  /// Whether both make the same views.
  ///
  /// Whether two recipes have equal augmentations in the same order, and equal normalisations.
  public static func == (a: Recipe, b: Recipe) -> Bool {
    a.normalization == b.normalization && a.augmentations.count == b.augmentations.count
      && zip(a.augmentations, b.augmentations).allSatisfy { $0.equals($1) }
  }
}

/// A recipe is coded as its written form.
extension Recipe: Codable {
  /// Reads the written form.
  public init(from decoder: any Decoder) throws {
    let text = try String(from: decoder)
    do throws(RecipeError) { try self.init(text) } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.message))
    }
  }

  /// Writes the written form.
  public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}

extension Recipe {
  /// Every augmentation that a recipe can name. Parsing, error messages and help follow from this list.
  package static let known: [any Augmentation.Type] = [
    RandomResizedCrop.self, HorizontalFlip.self, VerticalFlip.self, Rotation.self, ColorJitter.self,
    Grayscale.self, GaussianBlur.self,
  ]

  /// SimSiam's recipe for CIFAR: ImageNet's without the blur.
  public static let cifar = Recipe(
    [
      RandomResizedCrop(scale: 0.2...1), HorizontalFlip(),
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8), Grayscale(),
    ], normalization: .cifar)

  /// SimSiam's recipe for ImageNet, which is MoCo v2's.
  public static let imagenet = Recipe(
    [
      RandomResizedCrop(scale: 0.2...1), HorizontalFlip(),
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8), Grayscale(),
      GaussianBlur(sigma: 0.1...2, probability: 0.5),
    ], normalization: .imagenet)

  /// A recipe for small grey images such as Fashion-MNIST: no changes of colour, and larger crops, since a fifth of a
  /// 28-pixel image shows little.
  public static let grey = Recipe(
    [
      RandomResizedCrop(scale: 0.3...1), HorizontalFlip(),
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0, probability: 0.8),
    ], normalization: .grey)

  /// Its name in `named`, or else its written form.
  package var name: String { Self.named.first { $0.recipe == self }?.name ?? description }

  /// The recipes that have a name.
  package static let named: [(name: String, recipe: Recipe)] = [
    ("cifar", cifar), ("imagenet", imagenet), ("grey", grey),
  ]
}
