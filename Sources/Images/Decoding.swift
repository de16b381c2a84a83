import CSiamImageCodecs
import CSiamKernels
import SiamFiles

/// A decoded image with what its file says about it.
package struct Decoded: Sendable, Equatable {
  /// The image, reduced by ``DecodingOptions/reduction``, and turned upright if ``DecodingOptions/appliesOrientation`` is set.
  package var image: Image
  /// What the header says; the size in it is that before reduction.
  package let header: ImageHeader
  /// The number of warnings of the PNG or JPEG library.
  package let warnings: Int
  /// The first warning, safe to print; nil when there are none.
  package let firstWarning: String?

  /// The format of the file.
  package var format: ImageFormat { header.format }
  /// How the camera was held, as stored in the file. If it is not `.upright` and was not applied, the user should know.
  package var orientation: Orientation { header.orientation }

  /// Decodes a PNG or JPEG file's bytes; `path` only names the file in errors.
  ///
  /// - Throws: ``ImageError`` for bytes that are not an image, end early, or exceed the limits of `options`.
  package init(
    _ bytes: Span<UInt8>, path: String, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) {
    let reader = try HeaderReader(bytes, path: path)
    _ = try options.pixels(of: reader, path: path)
    try self.init(bytes, -1, reader, reader.header(of: bytes), path: path, options: options)
  }

  /// Decodes a file that has been read; `path` only names the file in errors.
  package init(_ file: ImageFile, path: String, options: DecodingOptions) throws(ImageError) {
    self = try Self.decoding(file, path: path, options: options) { $0 }
  }

  /// Decodes a file and looks at the image, while no more images are decoded than there is memory for.
  static func decoding<Result>(
    _ file: ImageFile, path: String, options: DecodingOptions,
    _ look: (consuming Decoded) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    var reader = file.reader
    try reader.read(on: file.beginning.span, file: file.descriptor, path: path)
    // The file may have changed since its beginning was read.
    _ = try options.pixels(of: reader, path: path)
    let (complete, header) = (reader, try reader.header(of: file, path: path))
    return try DecodingBudget.shared.spend(options.cost(of: reader), within: options.memory) {
      () throws(ImageError) in
      try look(
        Decoded(file.beginning.span, file.descriptor, complete, header, path: path, options: options))
    }
  }

  /// Reads and decodes a file. Only regular files are opened, so that a pipe cannot block the program.
  package init(
    contentsOf path: String, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) {
    try self.init(ImageFile(path, named: path, options), path: path, options: options)
  }

  /// Decodes a file whose header has been read to its end, and whose size is acceptable.
  ///
  /// - Parameters:
  ///   - bytes: the beginning of the file.
  ///   - file: the open file; -1 where the beginning is everything.
  private init(
    _ bytes: Span<UInt8>, _ file: Int32, _ reader: HeaderReader, _ header: ImageHeader, path: String,
    options: DecodingOptions
  ) throws(ImageError) {
    self.header = header
    let divisor = options.reduction?.divisor(header.width, header.height) ?? 1
    let scale = options.scale(of: reader)
    let (width, height) = ((header.width - 1) / scale + 1, (header.height - 1) / scale + 1)
    let pixels = width * height
    let isLarge = pixels > 1 << 18
    if isLarge { usesMemory(for: "decoding \(printable(path)), \(header.width)x\(header.height) pixels") }
    defer { if isLarge { usesMemory(for: "") } }
    var report = ic_report()
    let samples: [UInt8]
    if let kind = reader.format.bitmap {
      let file = try bitmap(kind, of: bytes, path: path)
      do throws(BitmapFault) {
        samples = try file.pixels(clippingWideGrey: options.wideGrey == .clip)
      } catch { throw .corrupt(path: path, reason: error.reason) }
    } else {
      var status = IC_OK
      samples = unsafe [UInt8](unsafeUninitializedCapacity: 3 * pixels) { buffer, initialized in
        unsafe status = bytes.decode(file, reader, options, scale, into: buffer, &report)
        initialized = status == IC_OK ? 3 * pixels : 0
      }
      try report.check(status, path)
    }
    warnings = Int(report.warnings)
    firstWarning = warnings > 0 ? report.text : nil
    if options.strict, let firstWarning {
      throw .doubtful(path: path, warnings: warnings, reason: firstWarning)
    }
    image = Image(width: width, height: height, pixels: samples).reduced(by: divisor / scale)
    if options.appliesOrientation { image = image.applying(header.orientation) }
  }
}

extension Image {
  /// Decodes a PNG or JPEG file's bytes; `path` only names the file in errors.
  package init(
    bytes: [UInt8], path: String, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) {
    self = try Decoded(bytes.span, path: path, options: options).image
  }

  /// Reads and decodes a PNG or JPEG file.
  package init(
    contentsOf path: String, options: DecodingOptions = DecodingOptions()
  ) throws(ImageError) {
    self = try Decoded(contentsOf: path, options: options).image
  }
}

extension Span<UInt8> {
  /// Calls the C library to decode these bytes into `buffer`, with a JPEG's sides divided by `scale`.
  fileprivate func decode(
    _ file: Int32, _ reader: HeaderReader, _ options: DecodingOptions, _ scale: Int,
    into buffer: UnsafeMutableBufferPointer<UInt8>,
    _ report: inout ic_report
  ) -> ic_status {
    var header = reader.stored
    return unsafe withUnsafeBufferPointer { bytes in
      switch reader.format {
      case .png:
        return unsafe ic_png_read_rgb(
          bytes.baseAddress, bytes.count, file, &header, options.wideGrey == .clip, buffer.baseAddress,
          &report)
      case .jpeg:
        let limits = ic_limits(
          coefficient_bytes: options.coefficientLimit(of: reader),
          scan_pixels: 40 * UInt64(options.maximumPixels))
        return unsafe ic_jpeg_read_rgb(
          bytes.baseAddress, bytes.count, file, &header, UInt32(scale), limits, buffer.baseAddress, &report)
      default:
        guard let kind = reader.format.ofVips else { preconditionFailure("a format without a decoder") }
        return unsafe ic_vips_read_rgb(
          bytes.baseAddress, bytes.count, kind, &header, UInt32(scale), options.wideGrey == .clip,
          buffer.baseAddress,
          &report)
      }
    }
  }
}

extension ic_report {
  /// The library's message, escaped for printing, since it may quote the file.
  var text: String {
    unsafe withUnsafeBytes(of: message) { bytes in
      unsafe printable(Array(bytes.prefix { $0 != 0 }))
    }
  }

  /// Throws the error that a status stands for; `path` names the file.
  func check(_ status: ic_status, _ path: String) throws(ImageError) {
    if status == IC_CORRUPT { throw .corrupt(path: path, reason: text) }
    if status == IC_TOO_COSTLY { throw .tooCostly(path: path, reason: text) }
    if status == IC_UNREADABLE {
      throw .unreadable(path: path, reason: "cannot read: \(systemMessage(failure))")
    }
  }
}

/// Names what this thread is about to use memory for, for the line that ends a program without memory.
private func usesMemory(for purpose: String) { unsafe ck_set_purpose(purpose) }
