import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct ExaminedImageTests {
  private func examined(_ file: String) throws -> ExaminedImage {
    try ExaminedImage(reference(file), path: file, options: DecodingOptions())
  }

  @Test func `grey, contrast and brightness are those of the decoded picture`() throws {
    for source in ReferenceImage.all {
      let found = try examined(source.file)
      let image = try Image(bytes: reference(source.file), path: source.file)
      let channels = (0..<3).map { channel in
        stride(from: channel, to: image.pixels.count, by: 3).map { Int(image.pixels[$0]) }
      }
      #expect(found.isGrey == (channels[0] == channels[1] && channels[1] == channels[2]), "\(source.file)")
      #expect(found.brightest == image.pixels.max().map(Int.init))
      #expect(found.contrast == channels.compactMap { c in c.max().map { $0 - (c.min() ?? 0) } }.max())
      #expect(found.bytes == (try reference(source.file).count) && found.pixels == Digest(of: image))
    }
  }

  @Test func `one picture in two files has two names as a file and one as pixels`() throws {
    let a = try examined("rgb8.png")
    let again = try Image(bytes: reference("rgb8.png"), path: "").pngBytes()
    let b = try ExaminedImage(again, path: "", options: DecodingOptions())
    #expect(a.file != b.file && a.pixels == b.pixels && a.sketch == b.sketch)
    #expect(try examined("rgb8.png") == a)
  }

  @Test(.enabled(if: !ImageFormat.readsAll))
  func `a file that is no picture by its name is told by its bytes`() throws {
    try withScratchFolder { root in
      try makeFolder("\(root)/a")
      for (name, bytes) in [
        ("a/x.jif", try reference("rgb.jpg")), ("a/y", try reference("rgb8.png")),
        ("a/z.gif", Array("GIF89a".utf8)),
        ("a/t.txt", []), ("beside.png", try reference("rgb8.png")), ("a/ok.png", try reference("rgb8.png")),
      ] {
        try writeFile("\(root)/\(name)", bytes)
      }
      let folder = try ImageFolder(root)
      #expect(folder.census.others == ["a/t.txt", "a/x.jif", "a/y", "a/z.gif", "beside.png"])
      #expect(
        folder.census.others.map { folder.kind(ofOther: $0) } == [
          "an empty file", "a JPEG picture", "a PNG picture", "a GIF picture", "a PNG picture",
        ])
      try removeFile("\(root)/a/y")
      #expect(folder.kind(ofOther: "a/y") == "an unreadable file")
    }
  }
}
