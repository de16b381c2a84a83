/// A picture at 16x16, to tell whether two pictures are the same but for encoding, size, brightness and contrast.
///
/// Two sketches are compared by what of one the other does not explain, see ``difference(from:)``. A ``key`` bounds that
/// from below, so that a search need not compare all with all. Mirrored and clearly cropped pictures are other pictures.
package struct PictureSketch: Sendable, Equatable {
  package static let side = 16
  static let places = side * side

  /// The red samples, then the green ones, then the blue ones.
  let samples: [UInt8]
  /// Of each channel, the sum.
  let sums: [Int]
  /// 256 · Σ sample² - Σ sum², which is 256 times the sum of the squares around each channel's mean.
  let energy: Int

  /// The whole picture, resized.
  package init(_ image: Image) {
    let small = image.resized(to: Self.side, Self.side).pixels
    var samples: [UInt8] = []
    samples.reserveCapacity(small.count)
    for channel in 0..<3 {
      for place in 0..<Self.places { samples.append(small[3 * place + channel]) }
    }
    let sums = (0..<3).map { channel in
      samples[channel * Self.places..<(channel + 1) * Self.places].reduce(0) { $0 + Int($1) }
    }
    energy = Self.covariance(samples.span, sums, samples.span, sums)
    (self.samples, self.sums) = (samples, sums)
  }

  /// The samples' standard deviation around their channels' means, in grey levels.
  package var deviation: Double { (Double(energy) / Double(3 * Self.places * Self.places)).squareRoot() }

  /// Whether there is too little in the sketch to recognise a picture by: rounding to whole grey levels would decide.
  package var isFaint: Bool { deviation < 2 }

  /// One minus the correlation of the samples, each channel around its mean: 0 for the same picture, also if it is
  /// brighter, paler or of another tint; about 1 for unrelated ones; 2 for a negative.
  ///
  /// - Precondition: neither sketch is faint.
  package func difference(from other: PictureSketch) -> Double {
    precondition(energy > 0 && other.energy > 0, "a sketch of a single colour is like no other")
    let shared = Self.covariance(samples.span, sums, other.samples.span, other.sums)
    return max(0, 1 - Double(shared) / (Double(energy) * Double(other.energy)).squareRoot())
  }

  private static func covariance(_ a: Span<UInt8>, _ aSums: [Int], _ b: Span<UInt8>, _ bSums: [Int]) -> Int {
    var products: UInt32 = 0  // at most 768 · 255²
    for place in 0..<3 * places { products &+= UInt32(a[place]) &* UInt32(b[place]) }
    return places * Int(products) - zip(aSums, bSums).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
