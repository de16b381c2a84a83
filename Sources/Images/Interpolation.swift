/// How the samples of a resized image follow from those of the original: antialiased, as Pillow does it.
package enum Interpolation: String, Sendable, Equatable, Codable, CaseIterable {
  /// A triangle.
  case bilinear
  /// Keys' cubic with a = −1/2.
  case bicubic

  /// How far the filter reaches on either side, in pixels of the smaller image.
  var reach: Double { self == .bilinear ? 1 : 2 }

  /// The weight of a sample at that distance.
  ///
  /// Source: Pillow, `src/libImaging/Resample.c`.
  func weight(_ distance: Double) -> Double {
    let x = distance.magnitude
    switch self {
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
  }
}
