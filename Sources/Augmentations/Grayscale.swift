public import Images

/// Colour taken away, with a probability: three equal channels.
public struct Grayscale: Augmentation {
  public static let form = AugmentationForm("grey", "colour taken away", [.init("p", 0...1)])

  public let probability: Double

  /// - Precondition: the probability is in 0...1.
  public init(probability: Double = 0.2) {
    precondition((0...1).contains(probability), "grey with probability \(probability)")
    self.probability = probability
  }

  public init(values: [Double]) { self.init(probability: values[0]) }
  public var values: [Double] { [probability] }

  public func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    if generator.chance(probability) { image.turnGrey() }
    return image
  }
}

extension Image {
  /// Puts the luma in all three channels.
  public mutating func turnGrey() {
    var samples = pixels.mutableSpan
    for i in 0..<samples.count / 3 {
      let grey = luma(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2])
      samples[3 * i] = grey
      samples[3 * i + 1] = grey
      samples[3 * i + 2] = grey
    }
  }
}

/// The brightness that a colour is seen with: ITU-R 601-2 in 16-bit fixed point, as Pillow's `convert('L')`.
@inline(__always)
func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
  let sum = UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471
  return UInt8(truncatingIfNeeded: (sum &+ 0x8000) &>> 16)
}
