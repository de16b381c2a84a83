import Glibc
import SiamImages
import TestSupport
import Testing

@Suite struct AppearanceTests {
  private func image(_ width: Int, _ height: Int, _ sample: (_ x: Int, _ y: Int) -> UInt8) -> Image {
    Image(
      width: width, height: height,
      pixels: (0..<height).flatMap { y in
        (0..<width).flatMap { x in [UInt8](repeating: sample(x, y), count: 3) }
      })
  }

  /// The references: cleanvision's `calc_percentile_brightness` and `calc_entropy` less log2(3), since it counts the three
  /// channels as one; the Laplacian of Pillow's grey levels by NumPy.
  @Test func `a photograph is as bright, varied and sharp as cleanvision and NumPy find it`() throws {
    let found = Appearance(try Image(bytes: reference("baseline-444.jpg"), path: ""))
    #expect(abs(found.shadows - 0.3503) < 0.003 && abs(found.highlights - 0.8947) < 0.003)
    #expect(abs(found.entropy - 7.59979) < 1e-5)
    #expect(abs(try #require(found.sharpness) - 0.48991) < 1e-4)
  }

  @Test(arguments: [0, 1, 60, 200, 254, 255] as [UInt8])
  func `an image of one grey has its brightness, no variety and no sharpness`(level: UInt8) {
    let found = Appearance(image(20, 10) { _, _ in level })
    #expect(found.entropy == 0 && found.sharpness == nil && found.highlights == found.shadows)
    #expect(abs(found.highlights - Double(level) / 255) < 0.02)
    if level == 0 || level == 255 { #expect(found.highlights == Double(level) / 255) }
  }

  @Test func `levels that are equally frequent have the logarithm of their number as entropy`() {
    #expect(Appearance(image(16, 16) { x, y in UInt8(16 * y + x) }).entropy == 8)
    let stripes = Appearance(image(16, 16) { x, _ in x % 2 == 0 ? 0 : 255 })
    #expect(stripes.entropy == 1 && stripes.shadows == 0 && stripes.highlights == 1)
  }

  @Test func `the spread of the Laplacian is that of the pixels inside, times what the kernel gives`() throws
  {
    // Stripes of ±a about their mean: 4a, less 2a of the pixels above and below, and 2a of those beside, of the other sign.
    let stripes = try #require(Appearance(image(18, 9) { x, _ in x % 2 == 0 ? 100 : 140 }).sharpness)
    #expect(abs(stripes - 4) < 1e-9)
    let ramp = try #require(Appearance(image(18, 9) { x, _ in UInt8(10 * x) }).sharpness)
    #expect(ramp == 0)
  }

  @Test func `blur lowers the sharpness, whatever the size of the picture`() throws {
    let photo = try Image(bytes: reference("baseline-444.jpg"), path: "")
    for size in [64, 256, 700] {
      let sharp = image(size, size) { x, y in
        photo.pixels[3 * ((x * 64 / size) + (y * 48 / size) * photo.width)]
      }
      let blurred = sharp.resized(to: size / 16, size / 16).resized(to: size, size)
      let (before, after) = (
        try #require(Appearance(sharp).sharpness), try #require(Appearance(blurred).sharpness)
      )
      #expect(before > 0.2 && after < 0.12, "\(size): \(before), \(after)")
    }
  }

  @Test func `a large image is measured on some of its rows`() {
    // 8 times the pixels that are looked at, its rows alike.
    let large = Appearance(image(1024, 2048) { x, _ in UInt8(x % 256) })
    #expect(large.entropy == 8 && abs(large.shadows - 0.05) < 0.01 && abs(large.highlights - 0.99) < 0.01)
    for (width, height) in [(1, 1), (2, 9), (9, 2), (4000, 1), (1, 4000)] {
      let thin = Appearance(image(width, height) { x, y in UInt8((x + y) % 256) })
      #expect(thin.sharpness == nil && thin.entropy <= 8)
    }
  }
}
