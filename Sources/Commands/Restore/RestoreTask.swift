import SiamFiles
import SiamImagePrior
import SiamImages
import SiamTensors

/// The images of `siam restore`, read and checked against each other.
struct RestoreTask {
  let observation: any Observation
  /// PHOTO, whose PSNR is reported beside the result's; nil for superres, where the sizes differ.
  let damaged: Tensor?
  let truth: Tensor?
  /// What the user should know about PHOTO, a line each.
  let notes: [String]
  /// PHOTO with all that its file has.
  private let photo: Photograph
  /// The pixels to keep as they are; nil where none are.
  private let kept: [Bool]?
  /// Whether PHOTO's transparency was its mask, and so is gone in the result.
  private let isFilled: Bool

  /// The approximate limit on a fit's memory, in bytes.
  private static let largest = 8 << 30

  /// - Throws: `UsageError` for images that do not match, `ImageError` for files that are not images.
  init(_ command: RestoreCommand) throws {
    var options = command.images.decoding
    options.appliesOrientation = true
    let photo = try Photograph(contentsOf: command.photo, options: options)
    let image = photo.image
    let enlarges = command.damage == .superres
    let (width, height) =
      enlarges ? (command.factor * image.width, command.factor * image.height) : (image.width, image.height)
    try Self.check(width, height, command.options.configuration.network)
    truth = try command.truth.map { path in
      let truth = try Image(contentsOf: path, options: options)
      guard truth.width == width, truth.height == height else {
        throw UsageError(
          "--truth is \(truth.width)x\(truth.height) pixels, the restored picture will be \(width)x\(height)")
      }
      return Tensor(truth)
    }
    let values = Tensor(image)
    damaged = enlarges ? nil : values
    var known: [Bool]?
    switch command.damage {
    case .denoise: observation = NoisyImage(values)
    case .superres: observation = ReducedImage(values, factor: command.factor)
    case .inpaint:
      let mask = try RestoreMask(command.mask, options, of: photo)
      observation = MaskedImage(values, known: mask.known)
      known = mask.known
    }
    isFilled = command.damage == .inpaint && command.mask == nil
    kept = command.keepsKnown ? known : nil
    notes = Self.notes(on: photo, named: printable(command.photo), isFilled: isFilled)
    self.photo = photo
  }

  private static func notes(on photo: Photograph, named name: String, isFilled: Bool) -> [String] {
    let header = photo.header
    return [
      header.orientation == .upright
        ? nil : "turned as its EXIF orientation \(header.orientation.rawValue) says",
      header.depth == 16 ? "16 bits a sample; the restored picture has 8" : nil,
      photo.isTransparent
        ? isFilled ? "its transparent pixels are filled in" : "its transparency is kept as it is" : nil,
      photo.profile.isLost ? "its colour profile does not suit a picture in RGB and is left out" : nil,
      header.isAnimated ? "only its first frame is restored" : nil,
    ].compactMap { $0.map { "\(name): \($0)" } }
  }

  /// What the network made, as it is shown and written: known pixels as they were, no colour where PHOTO has none.
  func finished(_ values: Tensor) -> Tensor {
    guard kept != nil || photo.isGrey else { return values }
    var pixels = values.values
    for pixel in 0..<pixels.count / 3 {
      let samples = 3 * pixel..<3 * pixel + 3
      if let kept, kept[pixel] {
        for sample in samples { pixels[sample] = Float(photo.image.pixels[sample]) / 255 }
      } else if photo.isGrey {
        let grey =
          (pixels[samples.lowerBound] + pixels[samples.lowerBound + 1] + pixels[samples.lowerBound + 2]) / 3
        for sample in samples { pixels[sample] = grey }
      }
    }
    return Tensor(values.shape, pixels)
  }

  /// A finished picture as a PNG file, which says after how many iterations it was taken.
  func png(_ finished: Tensor, after iterations: Int) throws(ImageError) -> [UInt8] {
    try photo.png(of: Image(finished), keepsAlpha: !isFilled, mark: .restored(iterations: iterations))
  }

  private static func check(
    _ width: Int, _ height: Int, _ network: HourglassConfiguration
  ) throws(UsageError) {
    guard min(width, height) >= network.smallestSide else {
      throw UsageError(
        "\(width)x\(height) pixels are too few for --depth \(network.depth), which needs sides of at least "
          + "\(network.smallestSide); lower --depth")
    }
    let bytes = network.bytesPerPixel * width * height
    guard bytes <= largest else {
      throw UsageError(
        "\(width)x\(height) pixels would take about \(bytes >> 30) GiB, more than \(largest >> 30); lower --width or "
          + "the picture's size")
    }
  }
}

/// The folder of `--previews`.
struct PreviewFolder {
  private let path: String

  /// Created if it does not exist.
  ///
  /// - Throws: a `Failure` with exit code 73 when it is not empty and may not be overwritten.
  init(_ path: String, overwrite: Bool) throws {
    if try fileExists(path) {
      guard try isFolder(path) else { throw Failure(.cannotCreate, "\(printable(path)): not a folder") }
      guard try overwrite || isEmptyFolder(path) else {
        throw Failure(.cannotCreate, "\(printable(path)): not empty; --overwrite writes into it anyway")
      }
      // Among other pictures a preview would be taken for one of them.
      let others = try list(folder: path).filter { isImage($0.name) && !isPreviewName($0.name) }
      if let other = others.first {
        throw Failure(
          .cannotCreate, "\(printable(path)): holds other pictures, such as \(printable(other.name))")
      }
    } else {
      try makeFolder(path)
    }
    self.path = path
  }

  /// `000100.png` after step 100.
  func write(_ png: [UInt8], step: Int) throws {
    let number = "\(step)"
    let name = String(repeating: "0", count: max(0, 6 - number.count)) + number
    try writeFile("\(path)/\(name).png", png)
  }
}

extension FileWriter {
  /// Checks that a file can be created, before any long work.
  static func tryOut(_ path: String) throws(FileError) { _ = try FileWriter(path) }
}
