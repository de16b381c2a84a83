/// A decoded image: 8-bit sRGB, three interleaved channels.
///
/// Layout: `pixels[3 * (y * width + x) + channel]`, (0, 0) at the top left.
public struct Image: Sendable, Equatable {
  /// The size in pixels; both are at least 1.
  public let width, height: Int
  /// The samples, each 0...255.
  public var pixels: [UInt8]

  /// An image of these samples.
  ///
  /// - Precondition: `pixels.count == 3 * width * height`.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image of \(width)×\(height)")
    precondition(pixels.count == 3 * width * height, "\(pixels.count) samples for \(width)×\(height) RGB")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// Whether red, green and blue are equal in every pixel.
  package var isGrey: Bool {
    let samples = pixels.span
    for start in stride(from: 0, to: samples.count, by: 3) {
      if samples[start] != samples[start + 1] || samples[start] != samples[start + 2] { return false }
    }
    return true
  }
}
