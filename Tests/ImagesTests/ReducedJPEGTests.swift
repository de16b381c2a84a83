import CSiamImageCodecs
import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

/// JPEG decoded smaller by the project's own decoder, held against libjpeg.
@Suite struct ReducedJPEGTests {
  static let progressive = [
    "progressive-420", "progressive-422", "progressive-444", "grey-progressive", "restarts-progressive",
  ]
  static let sequential = [
    "baseline-420", "baseline-422", "baseline-444", "grey", "restarts", "optimised", "quality-100",
    "quality-5", "no-jfif", "size-1x1", "size-17x1",
    "size-1x17", "size-2x2", "size-3x3", "size-9x7", "size-15x33", "size-16x16",
  ]
  static let names = progressive + sequential
  /// With and without the instructions of newer processors.
  static let variants = [false, true]

  @Test("the pixels are libjpeg's, bit for bit, at every scale", arguments: names, variants)
  func pixels(name: String, portably: Bool) throws {
    let bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    for scale in [2, 4, 8] {
      let (own, libjpeg) = try both(bytes, scale, portably)
      #expect(own.status == IC_OK && libjpeg.status == IC_OK && libjpeg.warnings == 0)
      #expect(own.pixels == libjpeg.pixels, "\(name) by \(scale)")
    }
  }

  @Test(
    "a damaged file is declined, or decodes as by libjpeg and without a warning",
    arguments: progressive + sequential.prefix(5))
  func damaged(name: String) throws {
    let whole = try readFile(dataPath("reference/pictures/\(name).jpg"))
    var random = Congruential()
    var (accepted, refused) = (0, 0)
    for round in 0..<400 {
      var bytes = whole
      for _ in 0...(round % 3) {
        let offset = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[offset] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes[offset] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.removeSubrange(offset..<min(bytes.count, offset + 3))
        default: bytes.removeLast(min(bytes.count - 200, Int(random.next() % 50)))
        }
      }
      guard let header = try? ImageHeader(bytes.span, path: name), header.width * header.height < 1 << 20
      else {
        continue
      }
      let (own, libjpeg) = try both(bytes, [2, 4, 8][round % 3], round % 2 == 0)
      if own.status != IC_OK {
        refused += 1
        continue
      }
      accepted += 1
      let agrees = libjpeg.status == IC_OK && libjpeg.warnings == 0 && own.pixels == libjpeg.pixels
      #expect(agrees, "\(name), round \(round)")
    }
    #expect(accepted > 10 && refused > 100, "\(accepted) accepted, \(refused) refused")
  }

  @Test(
    "every other kind of file is declined",
    arguments: ["baseline-411", "baseline-440", "rgb", "ycck", "cmyk-progressive", "cmyk"])
  func others(name: String) throws {
    let bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    #expect(try both(bytes, 2, false).own.status == IC_DECLINED)
  }

  @Test("the limits on memory and on scans hold", arguments: progressive)
  func limits(name: String) throws {
    let bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    let header = try ImageHeader(bytes.span, path: name)
    let pixels = header.width * header.height
    #expect(try both(bytes, 2, false, memory: 100).own.status == IC_DECLINED)
    #expect(try both(bytes, 2, false, scans: UInt64(2 * pixels)).own.status == IC_DECLINED)
    #expect(try both(bytes, 2, false, scans: UInt64(2 * pixels)).libjpeg.status == IC_TOO_COSTLY)
  }

  @Test(
    "of a progressive file that is known to have no flaw, scans that change no pixel are not read",
    arguments: progressive, variants)
  func known(name: String, portably: Bool) throws {
    let bytes = try readFile(dataPath("reference/pictures/\(name).jpg"))
    for scale in [2, 4, 8] {
      let (own, libjpeg) = try both(bytes, scale, portably, isKnown: true)
      #expect(own.status == IC_OK && own.pixels == libjpeg.pixels, "\(name) by \(scale)")
    }
    // The last scan that is coded but for its end: more of the last bits of the luma.
    var damaged = bytes
    damaged.removeSubrange(bytes.count - 40..<bytes.count - 10)
    let whole = try both(bytes, 8, portably).own
    for scale in [2, 4, 8] {
      #expect(try both(damaged, scale, portably).own.status == IC_DECLINED)
      let own = try both(damaged, scale, portably, isKnown: true).own
      #expect(own.status == (scale == 8 ? IC_OK : IC_DECLINED), "\(name) by \(scale)")
      if scale == 8 { #expect(own.pixels == whole.pixels) }
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
    var pixels: [UInt8]
  }

  private func both(
    _ bytes: [UInt8], _ scale: Int, _ portably: Bool, memory: Int = 1 << 28, scans: UInt64 = 1 << 32,
    isKnown: Bool = false
  ) throws -> (own: Outcome, libjpeg: Outcome) {
    let header = try ImageHeader(bytes.span, path: "picture")
    let count = 3 * ((header.width - 1) / scale + 1) * ((header.height - 1) / scale + 1)
    let (width, height) = (UInt32(header.width), UInt32(header.height))
    let limits = ic_limits(coefficient_bytes: memory, scan_pixels: scans)
    var own = Outcome(status: IC_OK, warnings: 0, pixels: [UInt8](repeating: 0, count: count))
    var libjpeg = own
    unsafe own.status = ic_jpeg_read_reduced(
      bytes, bytes.count, width, height, UInt32(scale), limits, isKnown, portably, &own.pixels)
    var report = ic_report()
    unsafe libjpeg.status = ic_jpeg_read_rgb(
      bytes, bytes.count, width, height, UInt32(scale), limits, &libjpeg.pixels, &report)
    libjpeg.warnings = Int(report.warnings)
    return (own, libjpeg)
  }
}
