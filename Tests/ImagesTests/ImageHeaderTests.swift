import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct ImageHeaderTests {
  @Test("the header agrees with Pillow, from memory and from the file", arguments: ReferenceImage.all)
  func agreement(image: ReferenceImage) throws {
    let bytes = try readFile(image.path)
    let header = try ImageHeader(bytes.span, path: image.file)
    #expect((header.width, header.height) == (image.width, image.height))
    #expect(header.orientation.rawValue == image.orientation)
    #expect(header.format == (image.file.hasSuffix(".png") ? .png : .jpeg))
    #expect(try ImageHeader(contentsOf: image.path) == header)
  }

  @Test func `a size behind more than 64 KiB of segments is found in the whole file`() throws {
    let filling = [UInt8](repeating: 7, count: 65_533)
    let bytes = try reference("baseline-420.jpg")
    let padded =
      bytes[..<2] + [0xFF, 0xE5, 0xFF, 0xFF] + filling + [0xFF, 0xE5, 0xFF, 0xFF] + filling + bytes[2...]
    try withScratchFolder { folder in
      try writeFile(folder + "/padded.jpg", Array(padded))
      #expect(try ImageHeader(contentsOf: folder + "/padded.jpg").width == 75)
    }
  }

  @Test func `a JPEG without a frame has no size`() {
    #expect(throws: ImageError.corrupt(path: "x", reason: "no frame header was found")) {
      try Image(bytes: [0xFF, 0xD8, 0xFF, 0xD9], path: "x")
    }
  }

  /// What a reference image's name says.
  private func expected(_ file: String) -> (colour: ImageHeader.Colour, depth: Int, isTransparent: Bool)? {
    let name = file.prefix { $0 != "." }.split(separator: "-")
    guard file.hasSuffix(".png"), let kind = name.first else { return nil }
    let isTransparent = name.contains("trns")
    let depth = Int(kind.drop { !$0.isNumber }) ?? 0
    switch kind.prefix(while: \.isLetter) {
    case "grey": return (.grey, depth, isTransparent)
    case "greyalpha": return (.grey, depth, true)
    case "palette": return (.palette, depth, isTransparent)
    case "rgb": return (.colour, depth, isTransparent)
    case "rgba": return (.colour, depth, true)
    default: return nil
    }
  }

  @Test("a PNG's colour, depth and transparency are told", arguments: ReferenceImage.all)
  func png(image: ReferenceImage) throws {
    let bytes = try reference(image.file)
    let header = try ImageHeader(bytes.span, path: image.file)
    #expect((header.width, header.height) == (image.width, image.height))
    #expect(header.orientation.rawValue == image.orientation && !header.isAnimated)
    guard let expected = expected(image.file) else {
      #expect(header.format == .jpeg && header.depth == 8 && !header.hasTransparency)
      let isInks = ["cmyk", "ycck"].contains { image.file.hasPrefix($0) }
      #expect(header.colour == (isInks ? .inks : image.file.hasPrefix("grey") ? .grey : .colour))
      return
    }
    #expect(header.colour == expected.colour && header.depth == expected.depth)
    #expect(header.hasTransparency == expected.isTransparent)
    #expect(header.isWideGrey == (expected == (.grey, 16, false)))
  }

  @Test func `a PNG with further frames is told from one without`() throws {
    let bytes = try reference("rgb8.png")
    let control: [UInt8] = [0, 0, 0, 8] + Array("acTL".utf8) + [0, 0, 0, 2, 0, 0, 0, 0] + [0, 0, 0, 0]
    let animated = Array(bytes[..<33] + control + bytes[33...])
    #expect(try ImageHeader(animated.span, path: "a.png").isAnimated)
    // Behind the pixels the chunk means nothing.
    let late = Array(bytes.dropLast(12) + control + bytes.suffix(12))
    #expect(try !ImageHeader(late.span, path: "a.png").isAnimated)
  }

  @Test(
    "a header cut anywhere is an error or told as far as it goes", arguments: ["rgb8-trns.png", "exif6.jpg"])
  func cut(file: String) throws {
    let bytes = try reference(file)
    var told = 0
    for count in 0..<min(bytes.count, 2000) {
      if (try? ImageHeader(bytes.span.extracting(0..<count), path: file)) != nil { told += 1 }
    }
    #expect(told > 0)
  }
}
