import SiamImages

/// Which pixels of PHOTO are known: white in the mask, or opaque in PHOTO where there is no mask.
struct RestoreMask {
  /// Row by row.
  let known: [Bool]

  /// - Throws: `UsageError` for a mask that does not match or says nothing, `ImageError` for a file that is no image.
  init(_ path: String?, _ options: DecodingOptions, of photo: Photograph) throws {
    guard let path else {
      guard let alpha = photo.alpha, photo.isTransparent else {
        throw UsageError(
          "--mask FILE is required: inpaint fills in what it shows as black, or what is transparent in PHOTO")
      }
      known = alpha.map { $0 >= 128 }
      guard known.contains(false) else {
        throw UsageError("PHOTO has no pixel that is more than half transparent")
      }
      guard known.contains(true) else {
        throw UsageError("PHOTO is transparent everywhere: no pixel is known")
      }
      return
    }
    let mask = try Photograph(contentsOf: path, options: options)
    guard mask.image.width == photo.image.width, mask.image.height == photo.image.height else {
      throw UsageError(
        "--mask is \(mask.image.width)x\(mask.image.height) pixels, PHOTO is \(photo.image.width)x\(photo.image.height)"
      )
    }
    known = Self.known(mask)
    guard known.contains(false) else { throw UsageError("--mask is white everywhere: no pixel is missing") }
    guard known.contains(true) else { throw UsageError("--mask is black everywhere: no pixel is known") }
  }

  /// White is known. A transparent pixel is missing, unless everything opaque is black: then the strokes are what is missing.
  private static func known(_ mask: Photograph) -> [Bool] {
    let isLight = (0..<mask.image.width * mask.image.height).map { pixel in
      mask.image.pixels[3 * pixel..<3 * pixel + 3].reduce(0) { $0 + Int($1) } >= 3 * 128
    }
    guard mask.isTransparent, let alpha = mask.alpha else { return isLight }
    let isOpaque = alpha.map { $0 >= 128 }
    let areStrokes = zip(isLight, isOpaque).allSatisfy { !($0 && $1) }
    return zip(isLight, isOpaque).map { isLight, isOpaque in areStrokes ? !isOpaque : isLight && isOpaque }
  }
}
