import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamReport

@Suite struct ProjectorTests {
  @Test func `vectors, names and pictures are in the same order, each picture within its square`() throws {
    try withScratchFolder { scratch in
      // Red, green and blue; the second twice as wide as the squares of the sheet.
      for (name, colour, width) in [("a", 0, 10), ("b", 1, 128), ("c", 2, 10)] {
        var pixels = [UInt8](repeating: 0, count: 3 * width * 10)
        for at in stride(from: colour, to: pixels.count, by: 3) { pixels[at] = 255 }
        try makeFolder("\(scratch)/in/\(name)")
        try Image(width: width, height: 10, pixels: pixels).write(png: "\(scratch)/in/\(name)/x.png")
      }
      let images = ImageSubset(try ImageStore(ImageFolder("\(scratch)/in")))
      let table = images.table([1, 0.5, -2, 3e-9, 0, 7])
      let files = Dictionary(
        try Projector(table, of: images) { _ in }.files.map { ($0.name, $0.bytes) }, uniquingKeysWith: { $1 })
      #expect(Set(files.keys) == Set(Projector.names))
      func text(_ name: String) -> String { String(decoding: files[name] ?? [], as: UTF8.self) }
      #expect(text("vectors.tsv") == "1.0\t0.5\n-2.0\t3e-09\n0.0\t7.0\n")
      #expect(text("metadata.tsv") == "path\tlabel\na/x.png\ta\nb/x.png\tb\nc/x.png\tc\n")
      #expect(text("projector_config.pbtxt").contains("single_image_dim: 64\n    single_image_dim: 64"))
      let sheet = try Image(bytes: files["sprite.png"] ?? [], path: "sprite.png")
      #expect(sheet.width == 128 && sheet.height == 128)
      func pixel(_ x: Int, _ y: Int) -> [UInt8] {
        Array(sheet.pixels[3 * (128 * y + x)..<3 * (128 * y + x) + 3])
      }
      #expect(pixel(32, 32) == [255, 0, 0] && pixel(0, 32) == [255, 255, 255])
      #expect(
        pixel(64, 32) == [0, 255, 0] && pixel(127, 32) == [0, 255, 0] && pixel(96, 28) == [255, 255, 255])
      #expect(pixel(32, 96) == [0, 0, 255] && pixel(96, 96) == [255, 255, 255])
    }
  }

  @Test func `without classes the names have no heading`() throws {
    try withScratchFolder { scratch in
      try Image(width: 1, height: 1, pixels: [1, 2, 3]).write(png: "\(scratch)/tab\there.png")
      let images = ImageSubset(try ImageStore(ImageFolder(scratch)))
      let files = try Projector(images.table([1]), of: images) { _ in }.files
      #expect(String(decoding: files[1].bytes, as: UTF8.self) == "tab\\u{9}here.png\n")
    }
  }
}
