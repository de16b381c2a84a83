import SiamFiles
import SiamImagePrior
import SiamImages
import SiamTensors

/// The images of `siam restore`, read and found to fit together.
struct RestoreTask {
  let observation: any Observation
  /// What the network starts against: PHOTO, or for superres nothing of the same size.
  let damaged: Tensor?
  let truth: Tensor?

  /// The most memory that a fit may take, in bytes, about.
  private static let largest = 8 << 30

  /// - Throws: `UsageError` for images that do not fit together, `ImageError` for files that are none.
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
      guard let mask else { throw UsageError("--mask FILE must be given") }
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

  /// Made if it is not there.
  ///
  /// - Throws: a `Failure` with exit code 73 when it holds something and nobody said that it may be written over.
  init(_ path: String, overwrite: Bool) throws {
    if fileExists(path) {
      guard isFolder(path) else { throw Failure(.cannotCreate, "\(printable(path)): no folder") }
      guard try overwrite || isEmptyFolder(path) else {
        throw Failure(.cannotCreate, "\(printable(path)): not empty; --overwrite writes into it all the same")
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
  /// Finds out whether a file can be made, before long work.
  static func tryOut(_ path: String) throws(FileError) { _ = try FileWriter(path) }
}
