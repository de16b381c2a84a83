import SiamFiles

/// All that can be said of a picture's file by itself, without keeping the picture.
package struct ExaminedPicture: Sendable, Equatable {
  package let details: PictureDetails
  /// The size of the file.
  package let bytes: Int
  /// Names for the file's bytes, and for the decoded pixels with their size.
  package let file, pixels: Digest
  package let sketch: PictureSketch
  /// Whether red, green and blue are equal everywhere.
  package let isGrey: Bool
  /// The largest sample, and the largest difference between two samples of one channel.
  package let brightest, contrast: Int
  /// What the library complained about without giving up.
  package let warnings: Int
  package let firstWarning: String?

  /// Decodes a file's bytes; `path` only names the file in errors.
  package init(_ bytes: [UInt8], path: String, options: DecodingOptions) throws(ImageError) {
    let decoded = try Decoded(bytes.span, path: path, options: options)
    let image = decoded.image
    details = try PictureDetails(bytes.span, path: path)
    (warnings, firstWarning) = (decoded.warnings, decoded.firstWarning)
    self.bytes = bytes.count
    (file, pixels) = (Digest(bytes.span), Digest(of: image))
    sketch = PictureSketch(image)

    var isGrey = true
    var (lowest, highest) = ([UInt8](repeating: 255, count: 3), [UInt8](repeating: 0, count: 3))
    let samples = image.pixels.span
    for start in stride(from: 0, to: samples.count, by: 3) {
      let (red, green, blue) = (samples[start], samples[start + 1], samples[start + 2])
      if red != green || red != blue { isGrey = false }
      (lowest[0], highest[0]) = (min(lowest[0], red), max(highest[0], red))
      (lowest[1], highest[1]) = (min(lowest[1], green), max(highest[1], green))
      (lowest[2], highest[2]) = (min(lowest[2], blue), max(highest[2], blue))
    }
    self.isGrey = isGrey
    brightest = highest.reduce(0) { max($0, Int($1)) }
    contrast = zip(lowest, highest).reduce(0) { max($0, Int($1.1) - Int($1.0)) }
  }
}

extension ImageFolder {
  /// Reads and examines a picture; its errors name the path relative to the root.
  package func examined(
    at index: Int, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) -> ExaminedPicture {
    let whole = path(at: index)
    let bytes = try pictureBytes(whole, named: entries[index].path, options)
    return try ExaminedPicture(bytes, path: entries[index].path, options: options)
  }

  /// What a file that is no picture by its name seems to be by its first bytes, with an article: "a WebP picture", "a PNG
  /// picture", "an unknown kind of file".
  ///
  /// - Parameter path: one of ``Census/others``.
  package func kind(ofOther path: String) -> String {
    guard let bytes = try? readBeginning(root + "/" + path, count: 64) else { return "an unreadable file" }
    switch ImageFormat(bytes.span) {
    case .png: return "a PNG picture"
    case .jpeg: return "a JPEG picture"
    case nil: return ImageFormat.guess(bytes.span)
    }
  }
}
