import SiamImages
import Testing

@Suite struct RectangleTests {
  /// Each pixel tells where it was: (x, y, 0).
  private func map(_ width: Int, _ height: Int) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width { pixels += [UInt8(x), UInt8(y), 0] }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  @Test func `a crop holds the box's pixels and no others`() {
    let crop = map(7, 5).cropped(to: Rectangle(x: 2, y: 1, width: 3, height: 2))
    #expect(crop.pixels == [2, 1, 0, 3, 1, 0, 4, 1, 0, 2, 2, 0, 3, 2, 0, 4, 2, 0])
    #expect(map(7, 5).cropped(to: map(7, 5).bounds) == map(7, 5))
  }

  @Test(
    "the centre square is as wide as the shorter side and in the middle",
    arguments: [
      (7, 4, Rectangle(x: 1, y: 0, width: 4, height: 4)), (4, 7, Rectangle(x: 0, y: 1, width: 4, height: 4)),
      (1, 9, Rectangle(x: 0, y: 4, width: 1, height: 1)), (3, 3, Rectangle(x: 0, y: 0, width: 3, height: 3)),
    ])
  func centre(width: Int, height: Int, square: Rectangle) {
    #expect(map(width, height).centreSquare == square)
  }

  @Test(
    "an empty box and one that sticks out are programming errors")
  func wrong() async {
    await #expect(processExitsWith: .failure) {
      _ = Image(width: 1, height: 1, pixels: [1, 2, 3])
        .cropped(to: Rectangle(x: 0, y: 0, width: 0, height: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = Image(width: 1, height: 1, pixels: [1, 2, 3])
        .cropped(to: Rectangle(x: 0, y: -1, width: 1, height: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = Image(width: 1, height: 1, pixels: [1, 2, 3])
        .cropped(to: Rectangle(x: .max, y: 0, width: 1, height: 1))
    }
  }
}
