import Glibc
package import SiamImages

/// A random box of the image, resized to the view.
///
/// The box's share of the area is uniform in `scale`, the logarithm of its aspect ratio (width to height) is uniform in
/// -log(`ratio`)...log(`ratio`). After ten draws that do not fit, the box is the largest in the middle with an allowed
/// aspect ratio.
///
/// Source: Szegedy et al. 2015; torchvision, `RandomResizedCrop`.
package struct RandomResizedCrop: Augmentation {
  package static let form = AugmentationForm(
    "crop", "resizes a random box to the view",
    [
      .init("smallest", 0...1, above: true), .init("largest", 0...1, above: true, ascending: true),
      .init("ratio", 1...1000, default: 4.0 / 3),
    ])

  /// The box's share of the image's area, above 0 and at most 1.
  package let scale: ClosedRange<Double>
  /// The largest aspect ratio; the smallest is its reciprocal.
  package let ratio: Double

  /// A crop of this share of the area.
  ///
  /// - Precondition: 0 < scale ≤ 1, ratio ≥ 1.
  package init(scale: ClosedRange<Double>, ratio: Double = 4.0 / 3) {
    precondition(scale.lowerBound > 0 && scale.upperBound <= 1 && ratio >= 1, "crop \(scale), ratio \(ratio)")
    (self.scale, self.ratio) = (scale, ratio)
  }

  package init(values: [Double]) { self.init(scale: values[0]...values[1], ratio: values[2]) }
  package var values: [Double] { [scale.lowerBound, scale.upperBound, ratio] }

  package func callAsFunction(
    _ image: consuming Image, for size: Int, using generator: inout some RandomNumberGenerator
  ) -> Image {
    image.resized(cropping: box(in: image.width, image.height, using: &generator), to: size, size)
  }

  /// Draws the box for an image of `width` x `height` pixels.
  package func box(
    in width: Int, _ height: Int, using generator: inout some RandomNumberGenerator
  ) -> Rectangle {
    let area = Double(width) * Double(height)
    let logarithm = log(ratio)
    for _ in 0..<10 {
      let target = area * generator.uniform(scale.lowerBound, scale.upperBound)
      let aspect = exp(generator.uniform(-logarithm, logarithm))
      let across = Int((target * aspect).squareRoot().rounded(.toNearestOrEven))
      let down = Int((target / aspect).squareRoot().rounded(.toNearestOrEven))
      if across > 0 && across <= width && down > 0 && down <= height {
        let y = generator.below(height - down + 1)
        let x = generator.below(width - across + 1)
        return Rectangle(x: x, y: y, width: across, height: down)
      }
    }
    return fallback(in: width, height)
  }

  /// The largest box in the middle with an allowed aspect ratio.
  func fallback(in width: Int, _ height: Int) -> Rectangle {
    let aspect = Double(width) / Double(height)
    var box = Rectangle(x: 0, y: 0, width: width, height: height)
    if aspect < 1 / ratio {
      box.height = min(height, Int((Double(width) * ratio).rounded(.toNearestOrEven)))
    } else if aspect > ratio {
      box.width = min(width, Int((Double(height) * ratio).rounded(.toNearestOrEven)))
    }
    (box.x, box.y) = ((width - box.width) / 2, (height - box.height) / 2)
    return box
  }
}
