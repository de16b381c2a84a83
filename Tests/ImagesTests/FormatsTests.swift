import FoundationEssentials
import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

/// One picture of `data/reference/formats` with what Pillow makes of it; `tools/reference/formats.py` wrote both.
struct ReferenceFormat: Decodable, Sendable, CustomTestStringConvertible {
  let file: String
  let width, height: Int
  let hash: String
  /// The hash of Pillow's image, where it is not what is wanted by default.
  let clipped: String?
  /// Pillow's image, where a decoder may enlarge chroma in another way.
  let pixels: Data?

  var path: String { dataPath("reference/formats/" + file) }
  var testDescription: String { file }

  static let all: [ReferenceFormat] = {
    guard let bytes = try? readFile(dataPath("reference/formats.json")) else { return [] }
    return (try? JSONDecoder().decode([ReferenceFormat].self, from: Data(bytes))) ?? []
  }()
}

/// The formats that the trait `Vips` adds.
@Suite struct FormatsTests {
  @Test func `the reference pictures are all there, each known by its first bytes`() throws {
    #expect(ReferenceFormat.all.count == 48)
    for one in ReferenceFormat.all {
      let bytes = try readFile(one.path)
      let kind = ImageFormat.guess(bytes.span)
      let format = try #require(ImageFormat.allCases.first { $0.kind == kind }, "\(one.file): \(kind)")
      #expect(format.extensions.contains { one.file.hasSuffix($0) }, "\(one.file): \(kind)")
    }
  }

  @Test(
    "every kind decodes to Pillow's bytes, or near them where chroma is enlarged in another way",
    .enabled(if: ImageFormat.readsAll), arguments: ReferenceFormat.all)
  func parity(one: ReferenceFormat) throws {
    let decoded = try Decoded(contentsOf: one.path)
    #expect(decoded.image.width == one.width && decoded.image.height == one.height)
    guard let theirs = one.pixels else {
      #expect(fnv(decoded.image.pixels) == one.hash)
      return
    }
    let differences = zip(decoded.image.pixels, theirs).map { abs(Int($0) - Int($1)) }
    let mean = Double(differences.reduce(0, +)) / Double(differences.count)
    #expect(one.file.hasPrefix("sharp") ? differences.max() ?? 0 <= 4 : mean < 10, "\(mean)")
  }

  @Test(
    "16-bit grey can be clipped as Pillow does", .enabled(if: ImageFormat.readsAll),
    arguments: ReferenceFormat.all.filter { $0.clipped != nil })
  func wideGrey(one: ReferenceFormat) throws {
    var options = DecodingOptions()
    options.wideGrey = .clip
    #expect(fnv(try Image(contentsOf: one.path, options: options).pixels) == one.clipped)
    #expect(try ImageHeader(contentsOf: one.path).isWideGrey)
  }

  @Test(
    "a file cut anywhere decodes or is refused, and one of a format without redundancy is refused",
    .enabled(if: ImageFormat.readsAll), arguments: ReferenceFormat.all)
  func cuts(one: ReferenceFormat) throws {
    let bytes = try readFile(one.path)
    let isRaw = one.file.hasSuffix(".bmp") || one.file.hasSuffix("m") && !one.file.hasPrefix("plain")
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      do throws(ImageError) {
        _ = try Image(bytes: Array(bytes.prefix(count)), path: one.file)
        #expect(!isRaw || one.file.hasPrefix("runs"), "\(count) of \(bytes.count) bytes")
      } catch { #expect(!error.reason.isEmpty && !error.reason.contains("\n")) }
    }
  }

  @Test func `a large WebP is decoded at a part of its size, whatever its sides`() throws {
    guard ImageFormat.readsAll else { return }
    let path = dataPath("reference/formats/lossless.webp")
    let whole = try Image(contentsOf: path)
    var options = DecodingOptions()
    options.reduction = Reduction(pixels: 30, side: 3)
    let part = try Decoded(contentsOf: path, options: options).image
    #expect((whole.width, whole.height) == (31, 22) && (part.width, part.height) == (8, 6))
    let mean = { (image: Image) in
      Double(image.pixels.reduce(0) { $0 + Int($1) }) / Double(image.pixels.count)
    }
    #expect(abs(mean(whole) - mean(part)) < 6)
  }

  @Test func `BMP and PNM claims that no file can hold are refused`() throws {
    guard ImageFormat.readsAll else { return }
    let good = try readFile(dataPath("reference/formats/rgb.bmp"))
    for (offset, value, reason) in [
      (14, 41, "a header of 41 bytes"), (18, 0, "a size of 0x22"), (28, 3, "3 bits a pixel"),
      (30, 9, "compression 9 of 24 bits a pixel"), (10, 200, "the file ends early"),
    ] {
      var bytes = good
      bytes[offset] = UInt8(value)
      #expect(throws: ImageError.corrupt(path: "x", reason: reason)) { try Image(bytes: bytes, path: "x") }
    }
    for (text, reason) in [
      ("P6 2 1", "the file ends early"), ("P2 1 1 70000 1", "a largest sample of 70000"),
      ("P3 1 1 9 1 2 10", "a sample of 10, where 9 is the largest"), ("P5 1 1 255 ", "the file ends early"),
      ("P2 x", "something else where a number is expected"),
    ] {
      #expect(throws: ImageError.corrupt(path: "x", reason: reason)) {
        try Image(bytes: Array(text.utf8), path: "x")
      }
    }
    #expect {
      try Image(bytes: Array("P6 30000 30000 255 ".utf8), path: "x")
    } throws: {
      "\($0)".contains("30000×30000 pixels, more than the limit")
    }
  }
}
