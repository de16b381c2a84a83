import CSiamImageCodecs
import SiamFiles

extension Image {
  /// Encodes the image as a PNG file.
  ///
  /// - Parameters:
  ///   - alpha: the opacity of each pixel, row by row; nil for an opaque image.
  ///   - isGrey: whether to write one channel, the first, instead of three.
  ///   - chunks: further chunks for the beginning, each a length, a type and data.
  /// - Throws: ``ImageError/unwritable(path:reason:)`` when memory runs out.
  package func pngBytes(
    alpha: [UInt8]? = nil, isGrey: Bool = false, chunks: [UInt8] = []
  ) throws(ImageError) -> [UInt8] {
    let colours = isGrey ? 1 : 3
    let channels = colours + (alpha == nil ? 0 : 1)
    let samples = channels == 3 ? pixels : interleaved(colours, alpha)
    let room = ic_png_bound(UInt32(width), UInt32(height), CInt(channels)) + 2 * chunks.count
    return unsafe try encoded(samples, room: room) { pixels, bytes, count, report in
      unsafe ic_png_write(
        pixels, UInt32(width), UInt32(height), CInt(channels), chunks, chunks.count, bytes, &count, &report)
    }
  }

  /// The first of the channels of each pixel, followed by its opacity.
  private func interleaved(_ colours: Int, _ alpha: [UInt8]?) -> [UInt8] {
    precondition(
      alpha.map { $0.count == width * height } ?? true,
      "\(alpha?.count ?? 0) opacities for \(width)×\(height)")
    var samples: [UInt8] = []
    samples.reserveCapacity((colours + (alpha == nil ? 0 : 1)) * width * height)
    for pixel in 0..<width * height {
      samples += pixels[3 * pixel..<3 * pixel + colours]
      if let alpha { samples.append(alpha[pixel]) }
    }
    return samples
  }

  /// Encodes the image as a JPEG file with chroma at half the resolution (4:2:0).
  ///
  /// - Parameter quality: 1 (small) to 100 (faithful).
  /// - Throws: ``ImageError/unwritable(path:reason:)`` when a side is longer than 65,500.
  package func jpegBytes(quality: Int = 90) throws(ImageError) -> [UInt8] {
    precondition((1...100).contains(quality), "a JPEG quality of \(quality)")
    return unsafe try encoded(pixels, room: ic_jpeg_bound(UInt32(width), UInt32(height))) {
      pixels, bytes, count, report in
      unsafe ic_jpeg_write_rgb(
        pixels, UInt32(width), UInt32(height), CInt(quality), bytes, &count, &report)
    }
  }

  /// Writes the image as a PNG file, atomically.
  ///
  /// - Throws: ``ImageError/unwritable(path:reason:)``.
  package func write(png path: String) throws(ImageError) {
    let bytes = try pngBytes()
    do { try writeFile(path, bytes) } catch { throw .unwritable(path: path, reason: error.reason) }
  }

  /// Calls an encoder with samples and a buffer of `room` bytes, and returns the bytes that it wrote.
  private func encoded(
    _ samples: [UInt8], room: Int,
    by encoder: (
      UnsafePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, inout Int, inout ic_report
    ) -> ic_status
  ) throws(ImageError) -> [UInt8] {
    var report = ic_report()
    var status = IC_OK
    let written = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
      var count = room
      status = unsafe samples.withUnsafeBufferPointer {
        unsafe encoder($0.baseAddress, buffer.baseAddress, &count, &report)
      }
      initialized = count
    }
    guard status == IC_OK else { throw .unwritable(path: "a picture in memory", reason: report.text) }
    // A copy, so that the unused part of the buffer is freed.
    var exact: [UInt8] = []
    exact.reserveCapacity(written.count)
    exact.append(contentsOf: written)
    return exact
  }
}
