/// How an image becomes what a network sees: it is resized by its shorter side, and the square in the middle is cut out.
///
/// Byte for byte what torchvision's `Resize(shorterSide, interpolation)` and `CenterCrop` make of a Pillow image, which timm
/// uses too.
package struct Framing: Sendable, Equatable, Codable {
  /// The most that `shorterSide` may be.
  package static let largestSide = 8192
  /// The length in pixels that the shorter side gets; at least the side of the square.
  package var shorterSide: Int
  package var interpolation: Interpolation

  package init(shorterSide: Int, interpolation: Interpolation) {
    (self.shorterSide, self.interpolation) = (shorterSide, interpolation)
  }

  /// The same for squares of another side.
  package func scaled(from side: Int, to other: Int) -> Framing {
    var result = self
    result.shorterSide = min(max(other, shorterSide * other / side), Self.largestSide)
    return result
  }

  /// "the shorter side to 256 (bicubic), the 224x224 in the middle".
  package func text(side: Int) -> String {
    "the shorter side to \(shorterSide) (\(interpolation.rawValue)), the \(side)x\(side) in the middle"
  }

  /// The square of `side` x `side` pixels in the middle of the resized image.
  ///
  /// Source: torchvision, `transforms/functional.py`: lengths are truncated, margins rounded to even.
  /// - Precondition: `side` is at most `shorterSide`.
  package func callAsFunction(_ image: Image, side: Int) -> Image {
    precondition(side <= shorterSide, "a square of \(side) of a side of \(shorterSide)")
    let shorter = min(image.width, image.height)
    func resized(_ length: Int) -> Int {
      length == shorter ? shorterSide : Int(Double(shorterSide * length) / Double(shorter))
    }
    func margin(_ length: Int) -> Int { Int((Double(length - side) / 2).rounded(.toNearestOrEven)) }
    let (width, height) = (resized(image.width), resized(image.height))
    return image.resized(
      cropping: image.bounds, to: width, height, by: interpolation,
      showing: Rectangle(x: margin(width), y: margin(height), width: side, height: side))
  }
}
