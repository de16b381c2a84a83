import SiamImages
import Testing

@Suite struct ImageFormatTests {
  @Test(
    "what is neither PNG nor JPEG is named",
    arguments: [
      ("", "an empty file"),
      ("\n <!DOCTYPE HTML><p>404", "an HTML page"), ("<html>", "an HTML page"),
      ("\u{FEFF}<?xml version='1.0'?>", "an XML document"), ("<svg/>", "an SVG picture"),
      ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer, not the picture itself"),
      ("PK\u{3}\u{4}", "a ZIP archive"),
      ("some words", "an unknown kind of file"),
    ])
  func guesses(text: String, kind: String) {
    #expect(throws: ImageError.unsupported(path: "x.png", lookingLike: kind)) {
      try Image(bytes: Array(text.utf8), path: "x.png")
    }
  }

  @Test(
    "a build without libvips says how to read what it recognises", .enabled(if: !ImageFormat.readsAll),
    arguments: [
      ("RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"), ("GIF89a", "a GIF picture"),
      ("BM\0\0\0\0", "a BMP picture"), ("II*\0\u{8}\0\0\0", "a TIFF picture"),
      ("MM\0*\0\0\0\u{8}", "a TIFF picture"), ("P6\n1 1 255\n", "a netpbm picture"),
      ("\0\0\0\u{20}ftypavif", "an AVIF picture"), ("\0\0\0\u{20}ftypheic", "a HEIC picture"),
      ("\0\0\0\u{c}JXL \r\n", "a JPEG XL picture"),
    ])
  func waiting(text: String, kind: String) {
    let error = ImageError.unsupported(path: "x.png", lookingLike: kind)
    #expect(throws: error) { try Image(bytes: Array(text.utf8), path: "x.png") }
    #expect(
      error.reason == "\(kind), neither PNG nor JPEG; tools/build --with vips makes a siam that reads it")
  }

  @Test func `a PNG that went through a text conversion is called damaged`() throws {
    let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0, 0, 0]
    #expect(
      throws: ImageError.corrupt(path: "x", reason: "the PNG signature was damaged, as by a text conversion")
    ) {
      try Image(bytes: bytes, path: "x")
    }
  }
}
