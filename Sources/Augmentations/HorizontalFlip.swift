public import Images

/// Left and right swapped, with a probability.
public struct HorizontalFlip: Augmentation {
  public static let form = AugmentationForm("flip", "left and right swapped", [.init("p", 0...1)])

  public let probability: Double

  /// - Precondition: the probability is in 0...1.
  public init(probability: Double = 0.5) {
    precondition((0...1).contains(probability), "flip with probability \(probability)")
    self.probability = probability
  }

  public init(values: [Double]) { self.init(probability: values[0]) }
  public var values: [Double] { [probability] }

  public func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    if generator.chance(probability) { image.flipHorizontally() }
    return image
  }
}

extension Image {
  /// Swaps left and right.
  public mutating func flipHorizontally() {
    let (width, height) = (width, height)
    var all = pixels.mutableSpan
    for y in 0..<height {
      var row = all._mutatingExtracting(3 * width * y..<3 * width * (y + 1))
      for x in 0..<width / 2 {
        for channel in 0..<3 { row.swapAt(3 * x + channel, 3 * (width - 1 - x) + channel) }
      }
    }
  }
}
