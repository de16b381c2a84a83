import SiamImages
import TestSupport
import Testing

@Suite struct PictureDetailsTests {
  /// What a reference picture's name says.
  private func expected(_ file: String) -> (colour: PictureDetails.Colour, depth: Int, isTransparent: Bool)? {
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

  @Test("a PNG's colour, depth and transparency are told", arguments: ReferencePicture.all)
  func png(picture: ReferencePicture) throws {
    let bytes = try reference(picture.file)
    let details = try PictureDetails(bytes.span, path: picture.file)
    #expect((details.width, details.height) == (picture.width, picture.height))
    #expect(details.orientation.rawValue == picture.orientation && !details.isAnimated)
    guard let expected = expected(picture.file) else {
      #expect(details.format == .jpeg && details.depth == 8 && !details.hasTransparency)
      let isInks = ["cmyk", "ycck"].contains { picture.file.hasPrefix($0) }
      #expect(details.colour == (isInks ? .inks : picture.file.hasPrefix("grey") ? .grey : .colour))
      return
    }
    #expect(details.colour == expected.colour && details.depth == expected.depth)
    #expect(details.hasTransparency == expected.isTransparent)
    #expect(details.isWideGrey == (expected == (.grey, 16, false)))
  }

  @Test func `a PNG with further frames is told from one without`() throws {
    let bytes = try reference("rgb8.png")
    let control: [UInt8] = [0, 0, 0, 8] + Array("acTL".utf8) + [0, 0, 0, 2, 0, 0, 0, 0] + [0, 0, 0, 0]
    let animated = Array(bytes[..<33] + control + bytes[33...])
    #expect(try PictureDetails(animated.span, path: "a.png").isAnimated)
    // Behind the pixels the chunk means nothing.
    let late = Array(bytes.dropLast(12) + control + bytes.suffix(12))
    #expect(try !PictureDetails(late.span, path: "a.png").isAnimated)
  }

  @Test(
    "a header cut anywhere is an error or told as far as it goes", arguments: ["rgb8-trns.png", "exif6.jpg"])
  func cut(file: String) throws {
    let bytes = try reference(file)
    var told = 0
    for count in 0..<min(bytes.count, 2000) {
      if (try? PictureDetails(bytes.span.extracting(0..<count), path: file)) != nil { told += 1 }
    }
    #expect(told > 0)
  }
}
