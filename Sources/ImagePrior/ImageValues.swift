import Glibc
package import SiamImages
package import SiamTensors

extension Tensor {
  /// An image's samples as floats in 0...1, (height, width, 3).
  package init(_ image: Image) {
    self.init([image.height, image.width, 3], image.pixels.map { Float($0) / 255 })
  }
}

extension Image {
  /// The nearest 8-bit image to floats in 0...1, (height, width, 3); what lies outside is cut off.
  package init(_ values: Tensor) {
    precondition(values.shape.count == 3 && values.channels == 3, "\(values.shape) is no picture")
    self.init(
      width: values.shape[1], height: values.shape[0],
      pixels: values.values.map { UInt8(min(max($0, 0), 1) * 255 + 0.5) })
  }
}

/// The peak signal-to-noise ratio of two images with values in 0...1, in decibels: 10 log₁₀(1 / mean squared error).
/// Infinite for equal ones.
package func signalToNoise(_ a: Tensor, _ b: Tensor) -> Double {
  precondition(a.shape == b.shape, "\(a.shape) against \(b.shape)")
  let sum = a.withSpan { a in
    b.withSpan { b in
      a.indices.reduce(0.0) { sum, index in
        let difference = Double(a[index]) - Double(b[index])
        return sum + difference * difference
      }
    }
  }
  return -10 * log10(sum / Double(a.count))
}
