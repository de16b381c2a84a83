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

  /// The approximate limit on a fit's memory, in bytes.
  private static let largest = 8 << 30

  /// - Throws: `UsageError` for images that do not match, `ImageError` for files that are not images.
  init(_ command: RestoreCommand) throws {
    let options = command.images.decoding
    let photo = try Image(contentsOf: command.photo, options: options)
    let enlarges = command.damage == .superres
    let (width, height) =
      enlarges ? (command.factor * photo.width, command.factor * photo.height) : (photo.width, photo.height)
    try Self.check(width, height, command.options.configuration.network)
    truth = try command.truth.map { path in
      let truth = try Image(contentsOf: path, options: options)
      guard truth.width == width, truth.height == height else {
        throw UsageError(
          "--truth is \(truth.width)x\(truth.height) pixels, the restored picture will be \(width)x\(height)")
      }
      return Tensor(truth)
    }
    let values = Tensor(photo)
    damaged = enlarges ? nil : values
    switch command.damage {
    case .denoise: observation = NoisyImage(values)
    case .superres: observation = ReducedImage(values, factor: command.factor)
    case .inpaint:
      let mask = try command.mask.map { try Image(contentsOf: $0, options: options) }
      guard let mask else { throw UsageError("--mask FILE is required") }
      observation = MaskedImage(values, known: try Self.known(mask, of: photo))
    }
  }

  /// Whether each pixel is known.
  private static func known(_ mask: Image, of photo: Image) throws(UsageError) -> [Bool] {
    guard mask.width == photo.width, mask.height == photo.height else {
      throw UsageError(
        "--mask is \(mask.width)x\(mask.height) pixels, PHOTO is \(photo.width)x\(photo.height)")
    }
    let known: [Bool] = (0..<mask.width * mask.height).map { pixel in
      mask.pixels[3 * pixel..<3 * pixel + 3].reduce(0) { $0 + Int($1) } >= 3 * 128
    }
    guard known.contains(false) else { throw UsageError("--mask is white everywhere: no pixel is missing") }
    guard known.contains(true) else { throw UsageError("--mask is black everywhere: no pixel is known") }
    return known
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
    if fileExists(path) {
      guard isFolder(path) else { throw Failure(.cannotCreate, "\(printable(path)): not a folder") }
      guard try overwrite || isEmptyFolder(path) else {
        throw Failure(.cannotCreate, "\(printable(path)): not empty; --overwrite writes into it anyway")
      }
    } else {
      try makeFolder(path)
    }
    self.path = path
  }

  /// `000100.png` after step 100.
  func write(_ image: Tensor, step: Int) throws {
    let number = "\(step)"
    let name = String(repeating: "0", count: max(0, 6 - number.count)) + number
    try Image(image).write(png: "\(path)/\(name).png")
  }
}

extension FileWriter {
  /// Checks that a file can be created, before any long work.
  static func tryOut(_ path: String) throws(FileError) { _ = try FileWriter(path) }
}
