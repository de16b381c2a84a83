/// How files are decoded.
///
/// The defaults give what torchvision's `ImageFolder` gives, that is Pillow's `convert('RGB')`, byte for byte, with the
/// exception of 16-bit grey (see ``WideGrey``). Refused though Pillow decodes them are:
///
/// - PNG that ends early or is cut within a chunk, JPEG that ends early: the rest of the picture would be invented;
/// - PNG whose pixels have a wrong checksum, or without the palette that it needs;
/// - lossless JPEG, which libjpeg-turbo 2 cannot read;
/// - more than ``maximumPixels``, or a side of more than 1,000,000 pixels;
/// - progressive JPEG of more than 40 scans, or that takes more memory than ``maximumPixels`` allows;
/// - files far larger than their pixels can need: a PNG chunk of more than 64 MiB besides the pixels or more than 256 MiB of
///   them, more than 64 MiB before a JPEG's first scan, or 64 MiB and 8 bytes a pixel in all.
///
/// What is decoded means:
///
/// - Transparency is dropped, and the colour that it hid is kept: alpha channels, transparent palette entries and
///   transparent colours alike.
/// - Palettes are looked up; grey of 1, 2 and 4 bits is scaled by 255, 85 and 17; of 16 bits the high byte stays.
/// - Gamma, chromaticities and colour profiles are ignored.
/// - CMYK and YCCK are taken as inverted, and become `nk - nk * c / 255` with `nk = 255 - k`.
package struct DecodingOptions: Sendable, Equatable {
  /// How a 16-bit grey PNG without alpha is converted to 8 bits.
  package enum WideGrey: String, Sendable, Equatable, CaseIterable, Codable {
    /// `v >> 8`: the intended image, and what happens to every other kind of 16-bit PNG.
    case highByte = "high"
    /// `min(v, 255)`: what Pillow does, and so torchvision; nearly everything turns white.
    case clip
  }

  /// The largest number of pixels (width x height) of an image; larger ones are refused before anything is allocated.
  /// All images being decoded at once may take 6.5 bytes of memory for each of these pixels, a progressive JPEG 4 bytes beside
  /// its own pixels, and 40 scans.
  package var maximumPixels = 100_000_000
  /// How a 16-bit grey PNG is converted to 8 bits.
  package var wideGrey = WideGrey.highByte
  /// Whether an image is turned upright as its EXIF block says, which Pillow's `convert` does not do.
  package var appliesOrientation = false
  /// How far large images are reduced; nil keeps every pixel.
  package var reduction: Reduction?
  /// Whether a warning of the PNG or JPEG library is an error.
  package var strict = false

  /// The defaults.
  package init() {}

  /// All of this in words, for the key of what is kept of decoded images.
  package var text: String {
    "\(maximumPixels) \(wideGrey) \(appliesOrientation) \(strict) "
      + (reduction.map { "\($0.pixels) \($0.side)" } ?? "exact")
  }
}

extension DecodingOptions {
  /// The longest side of an image, in pixels: libpng allocates three rows of up to 8 bytes a pixel, whatever the height.
  static let longestSide = 1_000_000

  /// The number of pixels of an image.
  ///
  /// - Throws: `ImageError.tooLarge` for more than `maximumPixels`, `.tooCostly` for a side longer than `longestSide`.
  func pixels(of reader: HeaderReader, path: String) throws(ImageError) -> Int {
    let (width, height) = (reader.width, reader.height)
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, pixels <= maximumPixels else {
      throw .tooLarge(path: path, width: width, height: height, maximumPixels: maximumPixels)
    }
    guard max(width, height) <= Self.longestSide else {
      throw .tooCostly(path: path, reason: "a side of more than \(Self.longestSide) pixels")
    }
    return pixels
  }
}
