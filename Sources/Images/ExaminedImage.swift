import SiamFiles

/// Everything `siam check` needs to know about one image file, without keeping its pixels.
package struct ExaminedImage: Sendable, Equatable {
  /// What the header says.
  package let header: ImageHeader
  /// The size of the file in bytes.
  package let bytes: Int
  /// Digests of the file's bytes, and of the decoded pixels with their size.
  package let file, pixels: Digest
  /// A thumbnail to find near duplicates by.
  package let sketch: ImageSketch
  /// Whether red, green and blue are equal everywhere.
  package let isGrey: Bool
  /// The largest sample, and the largest difference between two samples of one channel, 0...255.
  package let brightest, contrast: Int
  /// The number of warnings of the PNG or JPEG library.
  package let warnings: Int
  /// The first warning; nil when there are none.
  package let firstWarning: String?

  /// Decodes and examines a file's bytes; `path` only names the file in errors.
  ///
  /// - Throws: ``ImageError``, as ``Decoded/init(_:path:options:)`` does.
  package init(_ bytes: [UInt8], path: String, options: DecodingOptions) throws(ImageError) {
    self.init(Digest(bytes.span), bytes: bytes.count, try Decoded(bytes.span, path: path, options: options))
  }

  /// - Parameters:
  ///   - file: the digest of the file's bytes, and `bytes` their number.
  ///   - decoded: what they gave.
  init(_ file: Digest, bytes: Int, _ decoded: Decoded) {
    let image = decoded.image
    header = decoded.header
    (warnings, firstWarning) = (decoded.warnings, decoded.firstWarning)
    (self.file, self.bytes, pixels) = (file, bytes, Digest(of: image))
    sketch = ImageSketch(image)

    isGrey = image.isGrey
    var (lowest, highest) = ([UInt8](repeating: 255, count: 3), [UInt8](repeating: 0, count: 3))
    let samples = image.pixels.span
    for start in stride(from: 0, to: samples.count, by: 3) {
      let (red, green, blue) = (samples[start], samples[start + 1], samples[start + 2])
      (lowest[0], highest[0]) = (min(lowest[0], red), max(highest[0], red))
      (lowest[1], highest[1]) = (min(lowest[1], green), max(highest[1], green))
      (lowest[2], highest[2]) = (min(lowest[2], blue), max(highest[2], blue))
    }
    brightest = highest.reduce(0) { max($0, Int($1)) }
    contrast = zip(lowest, highest).reduce(0) { max($0, Int($1.1) - Int($1.0)) }
  }
}

extension ImageFolder {
  /// Reads and examines an image; errors name the path relative to the root.
  package func examined(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> ExaminedImage {
    let name = entries[index].path
    let file = try ImageFile(path(at: index), named: name, options)
    return try Decoded.decoding(file, path: name, options: options) { decoded throws(ImageError) in
      ExaminedImage(try file.digest(named: name), bytes: file.size, decoded)
    }
  }
}
