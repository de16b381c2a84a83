import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct EncodingTests {
  @Test("PNG brings every pixel back", arguments: [(1, 1), (1, 40), (40, 1), (33, 17), (300, 200)])
  func png(width: Int, height: Int) throws {
    let image = sample(width, height)
    let bytes = try image.pngBytes()
    let decoded = try Decoded(bytes.span, path: "x")
    #expect(decoded.image == image)
    #expect((decoded.format, decoded.warnings) == (.png, 0))
  }

  @Test("JPEG brings back nearly the same", arguments: [(1, 1), (17, 33), (64, 64)], [1, 50, 90, 100])
  func jpeg(size: (width: Int, height: Int), quality: Int) throws {
    let flat = Image(
      width: size.width, height: size.height,
      pixels: (0..<size.width * size.height).flatMap { _ in [200, 100, 50] as [UInt8] })
    let bytes = try flat.jpegBytes(quality: quality)
    let decoded = try Decoded(bytes.span, path: "x")
    #expect((decoded.format, decoded.warnings) == (.jpeg, 0))
    let furthest = zip(flat.pixels, decoded.image.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(furthest) <= (quality >= 90 ? 4 : 110))
  }

  @Test func `a better JPEG is a larger and a closer one`() throws {
    let image = sample(96, 64)
    let sizes = try [10, 50, 95].map { try image.jpegBytes(quality: $0).count }
    #expect(sizes == sizes.sorted() && Set(sizes).count == 3)
    let distances = try [10, 50, 95].map { quality in
      let back = try Image(bytes: try image.jpegBytes(quality: quality), path: "x")
      return zip(image.pixels, back.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    }
    #expect(distances == distances.sorted(by: >))
  }

  @Test func `noise, the worst case, fits the buffers`() throws {
    var generator = SystemRandomNumberGenerator()
    for size in [1, 2, 15, 90] {
      let pixels = (0..<3 * size * size).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let noise = Image(width: size, height: size, pixels: pixels)
      #expect(try Image(bytes: try noise.pngBytes(), path: "x") == noise)
      #expect(try Image(bytes: try noise.jpegBytes(quality: 100), path: "x").width == size)
    }
  }

  @Test func `a side that JPEG cannot hold is an error`() throws {
    let long = Image(width: 65_501, height: 1, pixels: [UInt8](repeating: 0, count: 3 * 65_501))
    let error = #expect(throws: ImageError.self) { try long.jpegBytes() }
    #expect(error?.reason == "Maximum supported image dimension is 65500 pixels")
  }

  @Test func `a written PNG reads back, and a folder that is not there is an error`() throws {
    try withScratchFolder { folder in
      try sample(9, 5).write(png: folder + "/a.png")
      #expect(try Image(contentsOf: folder + "/a.png") == sample(9, 5))
      #expect(names(in: folder) == ["a.png"])
      let error = #expect(throws: ImageError.self) { try sample(9, 5).write(png: folder + "/no/a.png") }
      #expect(error?.path == folder + "/no/a.png")
      #expect(error?.reason.hasSuffix("No such file or directory") == true)
    }
  }

  @Test func `a quality of 0 is a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = try sample(2, 2).jpegBytes(quality: 0) }
  }
}
