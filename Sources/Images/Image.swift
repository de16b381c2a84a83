/// A decoded picture: 8-bit sRGB, three interleaved channels.
///
/// Layout: `pixels[3 * (y * width + x) + channel]`, (0, 0) at the top left.
package struct Image: Sendable, Equatable {
  /// The size in pixels; both are at least 1.
  package let width, height: Int
  /// The samples, each 0...255.
  package var pixels: [UInt8]

  /// - Precondition: `pixels.count == 3 * width * height`.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image of \(width)×\(height)")
    precondition(pixels.count == 3 * width * height, "\(pixels.count) samples for \(width)×\(height) RGB")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }
}
