import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct ImageHeaderTests {
  @Test("the header agrees with Pillow, from memory and from the file", arguments: ReferencePicture.all)
  func agreement(picture: ReferencePicture) throws {
    let bytes = try readFile(picture.path)
    let header = try ImageHeader(bytes.span, path: picture.file)
    #expect((header.width, header.height) == (picture.width, picture.height))
    #expect(header.orientation.rawValue == picture.orientation)
    #expect(header.format == (picture.file.hasSuffix(".png") ? .png : .jpeg))
    #expect(try ImageHeader(contentsOf: picture.path) == header)
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
}
