import FoundationEssentials
import SiamImages
import SiamTensors
import TestSupport

@testable import SiamAugmentations

/// What Pillow and torchvision made.
let reference = Result { try ImageReference("augment.json") }

/// The cases of one operation.
func cases(_ operation: String) throws -> [ImageReference.Case] {
  try reference.get().cases.filter { $0.operation == operation }
}

extension ImageReference.Case {
  /// The image that the operation was applied to, and the one that must come out.
  func images() throws -> (source: Image, wanted: Image) {
    guard let source = try reference.get().images[image] else { throw Missing(image: image) }
    return (Image(source), Image(result))
  }
}

struct Missing: Error { let image: String }

extension Image {
  init(_ image: ImageReference.Image) {
    self.init(width: image.width, height: image.height, pixels: Array(image.pixels))
  }

  /// Noise that depends on the seed alone.
  init(noise width: Int, _ height: Int, seed: UInt64 = 1) {
    var generator = CounterGenerator(seed)
    let pixels = (0..<3 * width * height).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    self.init(width: width, height: height, pixels: pixels)
  }
}

/// The largest difference between two samples at the same index; none where the sizes differ.
func largestDifference(_ a: Image, _ b: Image) -> Int? {
  guard a.width == b.width && a.height == b.height else { return nil }
  return zip(a.pixels, b.pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
}

/// Whether a count of successes is within five standard deviations of what a probability makes likely.
func isPlausible(_ count: Int, of trials: Int, probability: Double) -> Bool {
  let deviation = (Double(trials) * probability * (1 - probability)).squareRoot()
  return abs(Double(count) - Double(trials) * probability) <= 5 * deviation
}
