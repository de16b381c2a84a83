import TestSupport
import Testing

@testable import SiamImages

@Suite struct ReductionTests {
  @Test(
    "a picture is halved as long as enough pixels and a long enough side are left",
    arguments: [
      // width, height, pixels, side, divisor
      [500, 375, 250_880, 224, 1], [1001, 750, 250_880, 224, 1], [1200, 900, 250_880, 224, 2],
      [4000, 3000, 250_880, 224, 4], [6000, 4000, 250_880, 224, 8], [32, 32, 5120, 32, 1],
      [200, 150, 5120, 32, 2],
      [10_000, 400, 250_880, 224, 1], [10_000, 448, 250_880, 224, 2], [448, 10_000, 250_880, 224, 2],
      [64, 64, 1, 1, 64], [1, 1, 1, 1, 1], [65_000, 65_000, 1, 100, 512],
    ])
  func divisor(numbers: [Int]) {
    let reduction = Reduction(pixels: numbers[2], side: numbers[3])
    #expect(reduction.divisor(numbers[0], numbers[1]) == numbers[4])
  }

  @Test("cells become their means, and those at the border are cut off", arguments: [1, 2, 3, 8, 50])
  func means(side: Int) {
    let image = photograph(21, 13)
    let reduced = image.reduced(by: side)
    #expect(reduced.width == (20 / side) + 1 && reduced.height == (12 / side) + 1)
    for y in 0..<reduced.height {
      for x in 0..<reduced.width {
        for channel in 0..<3 {
          var cell: [Int] = []
          for row in y * side..<min(13, (y + 1) * side) {
            for column in x * side..<min(21, (x + 1) * side) {
              cell.append(Int(image.pixels[3 * (row * 21 + column) + channel]))
            }
          }
          let mean = (cell.reduce(0, +) + cell.count / 2) / cell.count
          #expect(Int(reduced.pixels[3 * (y * reduced.width + x) + channel]) == mean)
        }
      }
    }
  }

  @Test("a PNG reduced is the means of its cells", arguments: [1, 2, 4, 8, 16])
  func png(divisor: Int) throws {
    let image = photograph(83, 61)
    var options = DecodingOptions()
    options.reduction = Reduction(pixels: 1, side: 61 / divisor)
    let decoded = try Image(bytes: try image.pngBytes(), path: "p", options: options)
    #expect(decoded == image.reduced(by: divisor))
  }

  @Test(
    "a JPEG reduced is close to the means of its cells, at every size and remainder",
    arguments: [2, 4, 8, 16, 32])
  func jpeg(divisor: Int) throws {
    for (width, height) in [(160, 120), (163, 121), (129, 127)] {
      let bytes = try photograph(width, height).jpegBytes(quality: 90)
      var options = DecodingOptions()
      options.reduction = Reduction(pixels: 1, side: height / divisor)
      let decoded = try Image(bytes: bytes, path: "p", options: options)
      let means = try Image(bytes: bytes, path: "p").reduced(by: divisor)
      #expect(decoded.width == means.width && decoded.height == means.height)
      let noise = decibels(decoded, means)
      #expect(noise > 32, "\(width)x\(height) by \(divisor): \(noise) dB")
    }
  }

  @Test func `what is small enough, and everything without a reduction, stays byte for byte`() throws {
    let bytes = try photograph(320, 240).jpegBytes(quality: 90)
    let exact = try Image(bytes: bytes, path: "p")
    var options = DecodingOptions()
    options.reduction = Reduction(pixels: 161 * 120, side: 10)
    #expect(try Image(bytes: bytes, path: "p", options: options) == exact)
    options.reduction = Reduction(pixels: 160 * 120, side: 10)
    #expect(try Image(bytes: bytes, path: "p", options: options).width == 160)
  }

  @Test(
    "every kind of JPEG can be reduced",
    arguments: [
      "baseline-411.jpg", "baseline-422.jpg", "baseline-440.jpg", "baseline-444.jpg", "cmyk.jpg",
      "cmyk-progressive.jpg", "grey.jpg", "grey-progressive.jpg",
    ])
  func kinds(name: String) throws {
    let path = dataPath("reference/pictures/\(name)")
    let exact = try Image(contentsOf: path)
    var options = DecodingOptions()
    options.reduction = Reduction(pixels: 1, side: max(1, min(exact.width, exact.height) / 2))
    let half = try Image(contentsOf: path, options: options)
    #expect(half.width == (exact.width + 1) / 2 && half.height == (exact.height + 1) / 2)
    #expect(decibels(half, exact.reduced(by: 2)) > 25)
  }

  @Test func `a picture cut short or damaged is an error when it is reduced too`() throws {
    let bytes = try photograph(320, 240).jpegBytes(quality: 90)
    var options = DecodingOptions()
    options.reduction = Reduction(pixels: 1, side: 30)
    #expect(throws: ImageError.self) {
      try Image(bytes: Array(bytes.prefix(bytes.count / 2)), path: "p", options: options)
    }
  }

  /// How far a view of a reduced image strays from the same view of the whole one: mean square error as a ratio to 255².
  @Test("views of a reduced picture stay close to those of the whole one", arguments: [2, 4, 8])
  func views(divisor: Int) throws {
    let (width, height) = (72 * divisor, 64 * divisor)
    let bytes = try photograph(width, height).jpegBytes(quality: 92)
    let exact = try Image(bytes: bytes, path: "p")
    var options = DecodingOptions()
    options.reduction = Reduction(pixels: 1, side: 64)
    let reduced = try Image(bytes: bytes, path: "p", options: options)
    #expect(reduced.height == 64)
    for (x, y, side) in [(0, 0, 64), (5, 20, 40), (19, 3, 45)] {
      let whole = Rectangle(x: x * divisor, y: y * divisor, width: side * divisor, height: side * divisor)
      let part = Rectangle(x: x, y: y, width: side, height: side)
      let noise = decibels(
        exact.resized(cropping: whole, to: 40, 40), reduced.resized(cropping: part, to: 40, 40))
      #expect(noise > 30, "a crop of \(side) of a picture by \(divisor): \(noise) dB")
    }
  }

  /// Noise at every scale, coarse noise the strongest, as in photographs.
  private func photograph(_ width: Int, _ height: Int) -> Image {
    var state: UInt64 = 7
    func noise(_ width: Int, _ height: Int) -> Image {
      Image(
        width: width, height: height,
        pixels: (0..<3 * width * height).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return UInt8(truncatingIfNeeded: state >> 56)
        })
    }
    var sums = [Double](repeating: 0, count: 3 * width * height)
    var (cells, strength) = (4, 0.5)
    while cells < 2 * max(width, height) {
      let layer = noise(min(cells, width), min(cells, height)).resized(to: width, height)
      for i in sums.indices { sums[i] += strength * (Double(layer.pixels[i]) - 128) }
      (cells, strength) = (2 * cells, strength / 2)
    }
    return Image(width: width, height: height, pixels: sums.map { UInt8(max(0, min(255, 128 + 1.5 * $0))) })
  }
}
