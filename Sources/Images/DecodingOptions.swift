/// How files become pictures.
///
/// The defaults give what torchvision's `ImageFolder` gives, that is Pillow's `convert('RGB')`, byte for byte, with
/// two exceptions: 16-bit grey (see ``WideGrey``), and files whose end is missing, which are always an error.
///
/// - Transparency is dropped, and the colour that it hid is kept: alpha channels, transparent palette entries and
///   transparent colours alike.
/// - Palettes are looked up; grey of 1, 2 and 4 bits is scaled by 255, 85 and 17; of 16 bits the high byte stays.
/// - Gamma, chromaticities and colour profiles are ignored.
/// - CMYK and YCCK are taken as inverted, and become `nk - nk * c / 255` with `nk = 255 - k`.
package struct DecodingOptions: Sendable, Equatable {
  /// What a 16-bit grey PNG without alpha becomes.
  package enum WideGrey: String, Sendable, Equatable, CaseIterable, Codable {
    /// `v >> 8`: the picture that was meant, and what every other 16-bit kind of PNG does.
    case highByte = "high"
    /// `min(v, 255)`: what Pillow does, and torchvision with it; nearly everything turns white.
    case clip
  }

  /// The most pixels (width times height) that a picture may have; larger ones are refused before anything is
  /// allocated. The memory for progressive JPEG (4 bytes) and its scans (40) are limited in proportion.
  package var maximumPixels = 100_000_000
  /// What a 16-bit grey PNG becomes.
  package var wideGrey = WideGrey.highByte
  /// Whether a picture is turned as its EXIF block says. Pillow's `convert` does not.
  package var appliesOrientation = false
  /// How far large pictures are reduced; nil keeps every pixel.
  package var reduction: Reduction?
  /// Whether a warning of the PNG or JPEG library makes the picture an error.
  package var strict = false

  package init() {}
}

extension DecodingOptions {
  /// The longest side of a picture. A row of libpng's takes up to 8 bytes a pixel, thrice, whatever the height.
  static let longestSide = 1_000_000

  /// How many pixels a picture has.
  ///
  /// - Throws: `ImageError.tooLarge` for more than may be, `.tooCostly` for a side longer than any picture's.
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
