import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

@Suite struct PhotographTests {
  private func photograph(_ bytes: [UInt8]) throws -> Photograph {
    let folder = try makeScratchFolder()
    defer { removeScratchFolder(folder) }
    try writeFile("\(folder)/a", bytes)
    return try Photograph(contentsOf: "\(folder)/a")
  }

  /// The chunks of a PNG file, by type.
  private func chunks(_ bytes: [UInt8]) -> [String: [UInt8]] {
    var (found, at) = ([String: [UInt8]](), 8)
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      found[String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)] = Array(bytes[at + 8..<at + 8 + length])
      at += 12 + length
    }
    return found
  }

  private func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 255)] + data
  }

  @Test(
    "a written picture has the channels of what it was made of", arguments: [false, true], [false, true])
  func channels(isGrey: Bool, hasAlpha: Bool) throws {
    let grey = Image(
      width: 5, height: 3, pixels: (0..<15).flatMap { [UInt8](repeating: UInt8(16 * $0), count: 3) })
    let alpha = hasAlpha ? (0..<15).map { UInt8(17 * $0) } : nil
    let bytes = try grey.pngBytes(alpha: alpha, isGrey: isGrey)
    #expect(bytes[25] == [[2, 6], [0, 4]][isGrey ? 1 : 0][hasAlpha ? 1 : 0])
    let back = try photograph(bytes)
    #expect(back.image == grey && back.alpha == alpha && back.isGrey)
    #expect(try back.png(of: back.image, keepsAlpha: true) == bytes)
  }

  @Test(
    "transparency is a picture's own",
    arguments: [
      "greyalpha8.png", "rgba8.png", "palette8-trns.png", "rgb8-trns.png", "grey2-adam7-trns.png",
      "rgba16.png",
      "grey16-trns.png",
    ])
  func transparency(file: String) throws {
    let path = dataPath("reference/pictures/" + file)
    let photo = try Photograph(contentsOf: path)
    #expect(photo.alpha?.count == photo.image.width * photo.image.height)
    #expect(photo.image == (try Image(contentsOf: path)))
    let again = try photograph(try photo.png(of: photo.image, keepsAlpha: true))
    #expect(again.alpha == photo.alpha && again.image == photo.image)
    let larger = photo.image.resized(to: 2 * photo.image.width, 2 * photo.image.height)
    let enlarged = try photograph(try photo.png(of: larger, keepsAlpha: true))
    #expect(enlarged.alpha?.count == 4 * photo.image.width * photo.image.height)
  }

  @Test("a photograph stands upright", arguments: 2...8)
  func orientation(number: Int) throws {
    let path = dataPath("reference/pictures/exif\(number).jpg")
    var options = DecodingOptions()
    options.appliesOrientation = true
    #expect(try Photograph(contentsOf: path).image == Image(contentsOf: path, options: options))
  }

  @Test func `PNG's chunks about colour are carried over as they are, no others`() throws {
    let source = try sample(7, 5).pngBytes(
      chunks: [0, 0, 0, 4] + Array("gAMA".utf8) + [0, 0, 0xB1, 0x8F] + [0, 0, 0, 1] + Array("sRGB".utf8) + [1]
        + [0, 0, 0, 3]
        + Array("tEXt".utf8) + Array("a\0b".utf8))
    let photo = try photograph(source)
    let written = chunks(try photo.png(of: photo.image, keepsAlpha: true))
    #expect(written["gAMA"] == [0, 0, 0xB1, 0x8F] && written["sRGB"] == [1] && written["tEXt"] == nil)
  }

  @Test("a JPEG's profile becomes PNG's, its parts in order", arguments: [3144, 65_535, 140_000])
  func profile(size: Int) throws {
    var profile = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    profile.replaceSubrange(16..<20, with: Array("RGB ".utf8))
    let jpeg = try sample(16, 16).jpegBytes()
    let pieces = stride(from: 0, to: size, by: 60_000).map { Array(profile[$0..<min($0 + 60_000, size)]) }
    // Out of order, as the standard allows.
    let segments = pieces.enumerated().reversed().flatMap { index, piece in
      segment(0xE2, Array("ICC_PROFILE\0".utf8) + [UInt8(index + 1), UInt8(pieces.count)] + piece)
    }
    let photo = try photograph(Array(jpeg[..<2] + segments + jpeg[2...]))
    #expect(!photo.profile.isLost)
    let data = try #require(chunks(try photo.png(of: photo.image, keepsAlpha: true))["iCCP"])
    #expect(Array(data[..<13]) == Array("ICC profile".utf8) + [0, 0])
    #expect(stored(Array(data[13...])) == profile)
  }

  /// What is in a zlib stream of stored blocks.
  private func stored(_ stream: [UInt8]) -> [UInt8] {
    var (result, at) = ([UInt8](), 2)
    while true {
      let count = Int(stream[at + 1]) | Int(stream[at + 2]) << 8
      result += stream[at + 5..<at + 5 + count]
      if stream[at] == 1 { return result }
      at += 5 + count
    }
  }

  @Test func `a profile for inks is not given to a picture in RGB`() throws {
    var profile = [UInt8](repeating: 1, count: 200)
    profile.replaceSubrange(16..<20, with: Array("CMYK".utf8))
    let jpeg = try reference("cmyk.jpg")
    let bytes = Array(
      jpeg[..<2] + segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + profile) + jpeg[2...])
    let photo = try photograph(bytes)
    #expect(photo.profile.isLost && photo.profile.chunks.isEmpty)
  }
}
