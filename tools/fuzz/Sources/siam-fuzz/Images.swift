import SiamImages

/// PNG files. Half of the inputs have the checksums of their chunks put right, so that damage gets past them.
struct PNGTarget: Target {
  static let name = "png"

  func read(_ bytes: [UInt8]) {
    decode((bytes.last ?? 0) & 8 == 0 ? bytes : withTrueChecksums(bytes))
  }

  private func withTrueChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var (result, at) = (bytes, 8)
    while bytes.count - at >= 12 {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - at - 12 else { break }
      var sum: UInt32 = ~0
      for byte in bytes[at + 4..<at + 8 + length] {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      }
      let end = at + 12 + length
      result.replaceSubrange(
        end - 4..<end, with: (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (24 - 8 * $0)) })
      at = end
    }
    return result
  }
}

/// JPEG files.
struct JPEGTarget: Target {
  static let name = "jpeg"

  func read(_ bytes: [UInt8]) { decode(bytes) }
}

/// Decodes with options that the last byte chooses: in both formats what follows the end mark is ignored.
private func decode(_ bytes: [UInt8]) {
  let choice = bytes.last ?? 0
  var options = DecodingOptions()
  options.maximumPixels = 1 << 20  // a huge image would take all of the time
  options.strict = choice & 1 == 1
  options.appliesOrientation = choice & 2 == 2
  options.wideGrey = choice & 4 == 4 ? .clip : .highByte
  // Small images are halved up to some number of times.
  options.reduction = choice & 16 == 16 ? Reduction(pixels: 4 << Int(choice >> 5), side: 1) : nil
  let header: ImageHeader?
  do throws(ImageError) { header = try ImageHeader(bytes.span, path: "x") } catch {
    precondition(error.path == "x" && !error.reason.isEmpty, "an error without its path or reason")
    header = nil
  }
  do throws(ImageError) {
    let decoded = try Decoded(bytes.span, path: "x", options: options)
    guard let header else { preconditionFailure("pixels without a header") }
    let turned = options.appliesOrientation && header.orientation.swapsSides
    let divisor = options.reduction?.divisor(header.width, header.height) ?? 1
    let (across, down) = ((header.width - 1) / divisor + 1, (header.height - 1) / divisor + 1)
    let (width, height) = turned ? (down, across) : (across, down)
    precondition(
      decoded.image.width == width && decoded.image.height == height, "another size than the header gives")
    precondition(decoded.image.pixels.count == 3 * width * height, "pixels missing")
    precondition(!options.strict || decoded.warnings == 0, "a warning in spite of strict")
  } catch {
    precondition(error.path == "x" && !error.reason.isEmpty, "an error without its path or reason")
  }
}
