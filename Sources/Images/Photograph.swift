import CSiamImageCodecs

/// A picture that is to be given back to its owner: upright, with its transparency and what its file says about colours.
package struct Photograph: Sendable {
  /// The colours, turned upright.
  package let image: Image
  /// The opacity of each pixel, row by row, 0 for transparent and 255 for opaque; nil where the file has none.
  package let alpha: [UInt8]?
  /// What the file says about itself; the size in it is that before turning.
  package let header: ImageHeader
  /// What the file says about its colours.
  package let profile: ColourProfile

  /// Reads and decodes a file, with every pixel.
  ///
  /// - Throws: ``ImageError``.
  package init(contentsOf path: String, options: DecodingOptions = DecodingOptions()) throws(ImageError) {
    var options = options
    (options.appliesOrientation, options.reduction) = (true, nil)
    let file = try ImageFile(path, named: path, options)
    let decoded = try Decoded(file, path: path, options: options)
    let bytes = try file.bytes(named: path)
    (image, header) = (decoded.image, decoded.header)
    profile = ColourProfile(bytes, header)
    alpha =
      header.hasTransparency && header.format == .png ? try Self.alpha(of: bytes, header, path: path) : nil
  }

  /// Whether a pixel is not wholly opaque.
  package var isTransparent: Bool { alpha?.contains { $0 < 255 } ?? false }

  /// Whether the picture has no colour: by its format, or in every pixel.
  package var isGrey: Bool { header.colour == .grey || image.isGrey }

  /// A picture made of this one as a PNG file: grey if this one's file is grey, with its transparency and colour profile.
  ///
  /// - Parameters:
  ///   - restored: a picture of this one's size, or larger.
  ///   - keepsAlpha: whether transparency is kept, enlarged where the picture is.
  ///   - mark: what the file says of how it was made.
  /// - Throws: ``ImageError/unwritable(path:reason:)`` when memory runs out.
  package func png(of restored: Image, keepsAlpha: Bool, mark: OwnMark? = nil) throws(ImageError) -> [UInt8] {
    var alpha = keepsAlpha ? alpha : nil
    if let small = alpha, restored.width != image.width || restored.height != image.height {
      alpha =
        Self.plane(small, image.width, image.height).resized(to: restored.width, restored.height).firstChannel
    }
    return try restored.pngBytes(
      alpha: alpha, isGrey: header.colour == .grey, chunks: (mark?.chunk ?? []) + profile.chunks)
  }

  /// The opacity of a PNG file's pixels, turned upright.
  private static func alpha(
    of bytes: [UInt8], _ header: ImageHeader, path: String
  ) throws(ImageError) -> [UInt8] {
    let reader = try HeaderReader(bytes.span, path: path)
    var stored = reader.stored
    var pixels = [UInt8](repeating: 0, count: 4 * header.width * header.height)
    var report = ic_report()
    let status = unsafe ic_png_read_rgba(bytes, bytes.count, -1, &stored, &pixels, &report)
    try report.check(status, path)
    let alpha = stride(from: 3, to: pixels.count, by: 4).map { pixels[$0] }
    return plane(alpha, header.width, header.height).applying(header.orientation).firstChannel
  }

  /// Opacity as an image, to turn and to resize it.
  private static func plane(_ alpha: [UInt8], _ width: Int, _ height: Int) -> Image {
    Image(width: width, height: height, pixels: alpha.flatMap { [$0, $0, $0] })
  }
}

extension Image {
  /// The first of the three channels.
  fileprivate var firstChannel: [UInt8] { stride(from: 0, to: pixels.count, by: 3).map { pixels[$0] } }
}
