import Glibc
package import SiamImages

/// A turn about the middle by a random angle, with a probability; what comes from outside the image is black.
///
/// The angle is uniform in -`degrees`...`degrees`. The arithmetic is that of Pillow's `rotate` with bilinear interpolation, to the
/// bit.
/// Source: torchvision, `RandomRotation`.
package struct Rotation: Augmentation {
  package static let form = AugmentationForm(
    "rotate", "turns by a random angle, with black corners",
    [.init("degrees", 0...180), .init("p", 0...1, default: 1)])

  /// The largest angle, 0...180.
  package let degrees: Double
  /// How likely an image is turned, 0...1.
  package let probability: Double

  /// A turn by up to so many degrees to either side.
  ///
  /// - Precondition: degrees in 0...180, the probability in 0...1.
  package init(degrees: Double, probability: Double = 1) {
    precondition(
      (0...180).contains(degrees) && (0...1).contains(probability),
      "a turn by up to \(degrees) degrees with probability \(probability)")
    (self.degrees, self.probability) = (degrees, probability)
  }

  package init(values: [Double]) { self.init(degrees: values[0], probability: values[1]) }
  package var values: [Double] { [degrees, probability] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    let isTurned = generator.chance(probability)
    let angle = generator.uniform(-degrees, degrees)
    return isTurned ? image.turned(degrees: angle) : image
  }
}

extension Image {
  /// The image turned counterclockwise about its middle, at its own size.
  package func turned(degrees: Double) -> Image {
    let map = RotationMap(degrees: degrees, width, height)
    let (width, height) = (width, height)
    let source = pixels.span
    var result = [UInt8](repeating: 0, count: pixels.count)
    var target = result.mutableSpan
    for y in 0..<height {
      for x in 0..<width {
        let (sourceX, sourceY) = map.source(x, y)
        guard sourceX >= 0, sourceX < Double(width), sourceY >= 0, sourceY < Double(height) else { continue }
        let (left, top) = ((sourceX - 0.5).rounded(.down), (sourceY - 0.5).rounded(.down))
        let (dx, dy) = (sourceX - 0.5 - left, sourceY - 0.5 - top)
        let (x0, x1) = (3 * max(0, Int(left)), 3 * min(width - 1, Int(left) + 1))
        let (y0, y1) = (max(0, Int(top)), min(height - 1, Int(top) + 1))
        let upper = source.extracting(3 * width * y0..<3 * width * (y0 + 1))
        let lower = source.extracting(3 * width * y1..<3 * width * (y1 + 1))
        for channel in 0..<3 {
          let above = Self.between(upper[x0 + channel], upper[x1 + channel], dx)
          let below = Self.between(lower[x0 + channel], lower[x1 + channel], dx)
          target[3 * (width * y + x) + channel] = UInt8(above + (below - above) * dy)
        }
      }
    }
    return Image(width: width, height: height, pixels: result)
  }

  private static func between(_ a: UInt8, _ b: UInt8, _ share: Double) -> Double {
    Double(a) + (Double(b) - Double(a)) * share
  }
}

/// Where each pixel of a turned image comes from.
private struct RotationMap {
  private let (cosine, sine, shiftX, shiftY): (Double, Double, Double, Double)

  init(degrees: Double, _ width: Int, _ height: Int) {
    // Pillow takes the angle modulo 360 and rounds to 15 places, so that quarter turns have no rest of a sine.
    let positive = degrees.truncatingRemainder(dividingBy: 360)
    let angle = -(positive < 0 ? positive + 360 : positive) * .pi / 180
    let (cosine, sine) = (Self.rounded(cos(angle)), Self.rounded(sin(angle)))
    let (x, y) = (Double(width) / 2, Double(height) / 2)
    (self.cosine, self.sine) = (cosine, sine)
    shiftX = cosine * -x + sine * -y + x
    shiftY = -sine * -x + cosine * -y + y
  }

  /// The nearest number of 15 decimal places, by the value itself and not by its product with 10^15.
  private static func rounded(_ value: Double) -> Double {
    let product = value * 1e15
    let whole = product.rounded(.toNearestOrEven)
    let rest = product - whole + (-product).addingProduct(value, 1e15)
    return (rest > 0.5 ? whole + 1 : rest < -0.5 ? whole - 1 : whole) / 1e15
  }

  /// The place in the image, in pixels from its upper left corner.
  func source(_ x: Int, _ y: Int) -> (x: Double, y: Double) {
    let (x, y) = (Double(x) + 0.5, Double(y) + 0.5)
    return (cosine * x + sine * y + shiftX, -sine * x + cosine * y + shiftY)
  }
}
