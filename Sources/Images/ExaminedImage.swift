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
  package let appearance: Appearance
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
    (sketch, appearance) = (ImageSketch(image), Appearance(image))

    let range = SampleRange(image)
    (isGrey, brightest, contrast) = (range.isGrey, range.brightest, range.contrast)
  }
}

/// What the samples of an image lie between, in one pass.
private struct SampleRange {
  /// Whether red, green and blue are equal everywhere.
  let isGrey: Bool
  /// The largest sample, and the largest difference between two samples of one channel.
  let brightest, contrast: Int

  init(_ image: Image) {
    let (pixels, width) = (image.pixels.span, 3 * image.width)
    var differences: UInt8 = 0
    var (red, green, blue) = (Range(), Range(), Range())
    for y in 0..<image.height {
      let row = pixels.extracting(width * y..<width * (y + 1))
      for at in stride(from: 0, to: width, by: 3) {
        let (r, g, b) = (row[at], row[at + 1], row[at + 2])
        red.add(r)
        green.add(g)
        blue.add(b)
        differences |= (r ^ g) | (g ^ b)
      }
    }
    isGrey = differences == 0
    brightest = Int(max(red.highest, green.highest, blue.highest))
    contrast = max(red.width, green.width, blue.width)
  }

  private struct Range {
    var lowest: UInt8 = 255, highest: UInt8 = 0
    var width: Int { Int(highest) - Int(lowest) }
    mutating func add(_ sample: UInt8) { (lowest, highest) = (min(lowest, sample), max(highest, sample)) }
  }
}

extension ImageFolder {
  /// Reads and examines an image; errors name the path relative to the root.
  package func examined(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> ExaminedImage {
    let name = entries[index].path
    let file = try file(at: index, options)
    return try Decoded.decoding(file, path: name, options: options) { decoded throws(ImageError) in
      ExaminedImage(try file.digest(named: name), bytes: file.size, decoded)
    }
  }
}
