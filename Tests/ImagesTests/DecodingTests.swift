import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct DecodingTests {
  @Test func `the reference pictures are all there`() throws {
    #expect(ReferenceImage.all.count == 107)
    #expect(try Set(ReferenceImage.all.map { "\($0.path)" }.filter(fileExists)).count == 107)
  }

  @Test("every kind of PNG and JPEG decodes to Pillow's bytes", arguments: ReferenceImage.all)
  func parity(image: ReferenceImage) throws {
    let decoded = try Decoded(contentsOf: image.path)
    #expect(decoded.image.width == image.width)
    #expect(decoded.image.height == image.height)
    #expect(fnv(decoded.image.pixels) == image.hash)
    #expect(decoded.warnings == 0, "\(decoded.firstWarning ?? "")")
  }

  @Test(
    "16-bit grey can be clipped as Pillow does", arguments: ReferenceImage.all.filter { $0.clipped != nil })
  func wideGrey(source: ReferenceImage) throws {
    var options = DecodingOptions()
    options.wideGrey = .clip
    let image = try Image(contentsOf: source.path, options: options)
    #expect(fnv(image.pixels) == source.clipped)
    #expect(source.clipped != source.hash)
  }

  @Test(
    "the clip option changes nothing but 16-bit grey",
    arguments: ReferenceImage.all.filter { $0.clipped == nil })
  func clippingOthers(image: ReferenceImage) throws {
    var options = DecodingOptions()
    options.wideGrey = .clip
    #expect(fnv(try Image(contentsOf: image.path, options: options).pixels) == image.hash)
  }

  @Test func `the bytes decide, not the name`() throws {
    try withScratchFolder { folder in
      try writeFile(folder + "/really-a-jpeg.png", try reference("baseline-420.jpg"))
      let decoded = try Decoded(contentsOf: folder + "/really-a-jpeg.png")
      #expect(decoded.format == .jpeg)
      #expect(decoded.image == (try Image(contentsOf: dataPath("reference/pictures/baseline-420.jpg"))))
    }
  }

  @Test func `what a library complains of is counted, and strict makes it an error`() throws {
    var bytes = try reference("baseline-420.jpg")
    bytes.insert(contentsOf: [1, 2, 3], at: 20)  // between the first two segments
    let decoded = try Decoded(bytes.span, path: "x")
    #expect(decoded.warnings == 1)
    #expect(decoded.firstWarning?.contains("3 extraneous bytes") == true)
    #expect(decoded.image == (try Image(contentsOf: dataPath("reference/pictures/baseline-420.jpg"))))
    var options = DecodingOptions()
    options.strict = true
    let reason = try #require(decoded.firstWarning)
    #expect(throws: ImageError.doubtful(path: "x", warnings: 1, reason: reason)) {
      try Image(bytes: bytes, path: "x", options: options)
    }
  }

  @Test func `a wrong checksum of a side chunk is a warning`() throws {
    var bytes = try reference("rgb8-texts.png")
    let comment = try #require(bytes.firstIndex(of: UInt8(ascii: "w")))
    bytes[comment] ^= 1
    #expect(try Decoded(bytes.span, path: "x").warnings == 1)
  }

  @Test func `the pixel limit holds before anything is decoded`() throws {
    var options = DecodingOptions()
    options.maximumPixels = 98
    #expect(throws: ImageError.tooLarge(path: "x", width: 11, height: 9, maximumPixels: 98)) {
      try Image(bytes: try reference("rgb8.png"), path: "x", options: options)
    }
    options.maximumPixels = 99
    #expect(try Image(bytes: try reference("rgb8.png"), path: "x", options: options).pixels.count == 297)
  }

  @Test func `a missing file and a folder are unreadable, with the path`() throws {
    #expect(
      throws: ImageError.unreadable(path: "/no/such.png", reason: "cannot open: No such file or directory")
    ) {
      try Image(contentsOf: "/no/such.png")
    }
    #expect(throws: ImageError.unreadable(path: dataPath(""), reason: "not a regular file")) {
      try Image(contentsOf: dataPath(""))
    }
  }
}
