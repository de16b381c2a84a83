import CSiamImageCodecs
import Glibc
import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

/// JPEG decoded at a half, a quarter and an eighth of its size, held against the same file decoded whole.
@Suite struct ReducedJPEGTests {
  static let progressive = [
    "progressive-420", "progressive-422", "progressive-444", "grey-progressive", "restarts-progressive",
    "cmyk-progressive",
  ]
  static let sequential = [
    "baseline-420", "baseline-422", "baseline-444", "grey", "restarts", "optimised", "quality-100",
    "quality-5", "no-jfif", "baseline-411", "baseline-440", "rgb", "ycck", "cmyk",
  ]
  static let small = [
    "size-1x1", "size-17x1", "size-1x17", "size-2x2", "size-3x3", "size-9x7", "size-15x33", "size-16x16",
  ]

  @Test("a whole file decodes at every scale without a warning", arguments: progressive + sequential + small)
  func whole(name: String) throws {
    let bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    let exact = try decode(bytes, 1)
    for scale in [2, 4, 8] {
      let reduced = try decode(bytes, scale)
      #expect(reduced.status == IC_OK && reduced.warnings == 0)
      if Self.small.contains(name) { continue }  // blocks cut off at the border count for too much
      let means = exact.image.reduced(by: scale)
      #expect(reduced.image.width == means.width && reduced.image.height == means.height)
      let noise = decibels(reduced.image, means)
      // A block of an image of 75 x 53 pixels is a fair part of it: its border is what differs at 4 and 8.
      #expect(noise > (scale == 2 ? 25 : 20), "\(name) by \(scale): \(noise) dB")
    }
  }

  @Test(
    "a damaged file is refused, or complained about, as when it is decoded whole",
    arguments: progressive + sequential.prefix(5))
  func damaged(name: String) throws {
    let whole = try readFile(dataPath("reference/pictures/\(name).jpg"))
    var random = Congruential()
    var (accepted, refused) = (0, 0)
    for round in 0..<400 {
      var bytes = whole
      for _ in 0...(round % 3) {
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[index] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.removeSubrange(index..<min(bytes.count, index + 3))
        default: bytes.removeLast(min(bytes.count - 200, Int(random.next() % 50)))
        }
      }
      guard let header = try? ImageHeader(bytes.span, path: name), header.width * header.height < 1 << 20
      else {
        continue
      }
      let (exact, reduced) = (try decode(bytes, 1), try decode(bytes, [2, 4, 8][round % 3]))
      if reduced.status == IC_OK && reduced.warnings == 0 { accepted += 1 } else { refused += 1 }
      let agrees =
        reduced.status == exact.status && reduced.warnings == exact.warnings
        && reduced.message == exact.message
      #expect(agrees, "\(name), round \(round)")
    }
    #expect(accepted > 10 && refused > 100, "\(accepted) accepted, \(refused) refused")
  }

  @Test("the limits on memory and on scans hold", arguments: progressive)
  func limits(name: String) throws {
    let bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    let header = try ImageHeader(bytes.span, path: name)
    let pixels = header.width * header.height
    #expect(try decode(bytes, 2, memory: 100).status == IC_TOO_COSTLY)
    #expect(try decode(bytes, 2, scans: UInt64(2 * pixels)).status == IC_TOO_COSTLY)
  }

  @Test(
    "damage in the last scan is an error at every scale, even where no pixel would change",
    arguments: progressive)
  func lastScan(name: String) throws {
    var bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    bytes.removeSubrange(bytes.count - 40..<bytes.count - 10)
    for scale in [1, 2, 4, 8] {
      let decoded = try decode(bytes, scale)
      #expect(decoded.status == IC_CORRUPT || decoded.warnings > 0, "\(name) by \(scale)")
    }
  }

  /// The same damage every time.
  private struct Congruential: RandomNumberGenerator {
    var state: UInt64 = 7
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }

  private struct Outcome {
    var status: ic_status
    var warnings: Int
    var message: String
    var image: Image
  }

  private func decode(
    _ bytes: [UInt8], _ scale: Int, memory: Int = 1 << 28, scans: UInt64 = 1 << 32
  ) throws -> Outcome {
    let header = try ImageHeader(bytes.span, path: "picture")
    let (width, height) = ((header.width - 1) / scale + 1, (header.height - 1) / scale + 1)
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    let limits = ic_limits(coefficient_bytes: memory, scan_pixels: scans)
    var report = ic_report()
    var stored = ic_header()
    stored.width = UInt32(header.width)
    stored.height = UInt32(header.height)
    let status = unsafe ic_jpeg_read_rgb(
      bytes, bytes.count, -1, &stored, UInt32(scale), limits, &pixels, &report)
    return Outcome(
      status: status, warnings: Int(report.warnings), message: report.text,
      image: Image(width: width, height: height, pixels: pixels))
  }
}

/// How close two images of one size are: the mean square error as a ratio to 255².
func decibels(_ a: Image, _ b: Image) -> Double {
  var squares = 0
  for i in a.pixels.indices {
    let difference = Int(a.pixels[i]) - Int(b.pixels[i])
    squares += difference * difference
  }
  return 10 * log10(255 * 255 * Double(a.pixels.count) / max(1e-9, Double(squares)))
}
