package import SiamImages

/// Random changes of brightness, contrast, saturation and hue in a random order, with a probability.
///
/// A strength s draws a factor uniformly from max(0, 1 - s)...1 + s; a hue of s turns the colour circle by -s...s of a full
/// turn. An operation of strength 0 is left out.
///
/// Source: Howard 2013; torchvision, `ColorJitter` on Pillow images.
package struct ColorJitter: Augmentation {
  package static let form = AugmentationForm(
    "jitter", "changes brightness, contrast, saturation and hue at random, in random order",
    [
      .init("brightness", 0...100), .init("contrast", 0...100), .init("saturation", 0...100),
      .init("hue", 0...0.5), .init("p", 0...1, default: 1),
    ])

  /// The strengths; hue is in turns of the colour circle.
  package let brightness, contrast, saturation, hue: Double
  /// How likely an image is changed at all, 0...1.
  package let probability: Double

  /// A jitter of these strengths.
  ///
  /// - Precondition: no strength is negative, hue is at most 0.5, the probability is in 0...1.
  package init(
    brightness: Double, contrast: Double, saturation: Double, hue: Double, probability: Double = 1
  ) {
    precondition(
      min(brightness, contrast, saturation) >= 0 && (0...0.5).contains(hue) && (0...1).contains(probability),
      "jitter \(brightness), \(contrast), \(saturation), \(hue) with probability \(probability)")
    (self.brightness, self.contrast, self.saturation) = (brightness, contrast, saturation)
    (self.hue, self.probability) = (hue, probability)
  }

  package init(values: [Double]) {
    self.init(
      brightness: values[0], contrast: values[1], saturation: values[2], hue: values[3],
      probability: values[4])
  }
  package var values: [Double] { [brightness, contrast, saturation, hue, probability] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    guard generator.chance(probability) else { return image }
    for change in draw(using: &generator) { image.adjust(change) }
    return image
  }

  /// Draws the changes of one image, in the order in which they are made.
  package func draw(using generator: inout some RandomNumberGenerator) -> [ColorChange] {
    var changes: [ColorChange] = []
    func factor(_ strength: Double) -> Double { generator.uniform(max(0, 1 - strength), 1 + strength) }
    if brightness > 0 { changes.append(.brightness(factor(brightness))) }
    if contrast > 0 { changes.append(.contrast(factor(contrast))) }
    if saturation > 0 { changes.append(.saturation(factor(saturation))) }
    if hue > 0 { changes.append(.hue(generator.uniform(-hue, hue))) }
    for last in stride(from: changes.count - 1, to: 0, by: -1) {
      changes.swapAt(last, generator.below(last + 1))
    }
    return changes
  }
}
