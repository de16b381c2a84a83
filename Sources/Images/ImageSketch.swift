/// An image reduced to 16x16, to recognise the same image after changes of encoding, size, brightness or contrast.
///
/// ``difference(from:)`` compares two sketches by their correlation. The distance of their ``key``s is a lower bound, so
/// that a search need not compare all pairs. Mirrored and clearly cropped images count as different.
package struct ImageSketch: Sendable, Equatable {
  /// The side of a sketch, in pixels.
  package static let side = 16
  /// The number of pixels of a sketch.
  static let pixelCount = side * side

  /// The samples by channel: shape (3, 16, 16), red, green, blue.
  let samples: [UInt8]
  /// The sum of each channel.
  let sums: [Int]
  /// 256 · Σ sample² - Σ sum²: 256 times the sum of squared deviations from the channels' means.
  let energy: Int

  /// The sketch of an image.
  package init(_ image: Image) {
    let small = image.resized(to: Self.side, Self.side).pixels
    var samples: [UInt8] = []
    samples.reserveCapacity(small.count)
    for channel in 0..<3 {
      for pixel in 0..<Self.pixelCount { samples.append(small[3 * pixel + channel]) }
    }
    let sums = (0..<3).map { channel in
      samples[channel * Self.pixelCount..<(channel + 1) * Self.pixelCount].reduce(0) { $0 + Int($1) }
    }
    energy = Self.covariance(samples.span, sums, samples.span, sums)
    (self.samples, self.sums) = (samples, sums)
  }

  /// The standard deviation of the samples around their channels' means, in grey levels (0...255).
  package var deviation: Double {
    (Double(energy) / Double(3 * Self.pixelCount * Self.pixelCount)).squareRoot()
  }

  /// Whether the image is too uniform to be recognised: rounding to integer grey levels would decide.
  package var isFaint: Bool { deviation < 2 }

  /// One minus the correlation of the samples, each channel around its mean: 0 for the same image, even if brighter, paler
  /// or tinted; about 1 for unrelated images; 2 for a negative.
  ///
  /// - Precondition: neither sketch is faint.
  package func difference(from other: ImageSketch) -> Double {
    precondition(energy > 0 && other.energy > 0, "a sketch of a single colour is like no other")
    let shared = Self.covariance(samples.span, sums, other.samples.span, other.sums)
    return max(0, 1 - Double(shared) / (Double(energy) * Double(other.energy)).squareRoot())
  }

  /// 256 · Σ a·b - Σ (sum of a)·(sum of b): 256 times the sum of products around the channels' means.
  private static func covariance(_ a: Span<UInt8>, _ aSums: [Int], _ b: Span<UInt8>, _ bSums: [Int]) -> Int {
    var products: UInt32 = 0  // at most 768 · 255²
    for index in 0..<3 * pixelCount { products &+= UInt32(a[index]) &* UInt32(b[index]) }
    return pixelCount * Int(products) - zip(aSums, bSums).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
