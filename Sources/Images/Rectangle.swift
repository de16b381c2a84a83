/// A box of pixels inside an image.
package struct Rectangle: Sendable, Equatable {
  /// The top left corner, and the size, in pixels.
  package var x, y, width, height: Int

  /// A box with its top left corner at (x, y).
  package init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  var rows: Range<Int> { y..<y + height }
  var columns: Range<Int> { x..<x + width }

  /// Whether it has pixels, all of them inside an image of `width` x `height`.
  func fits(width: Int, height: Int) -> Bool {
    self.width > 0 && self.height > 0 && x >= 0 && y >= 0 && self.width <= width - x
      && self.height <= height - y
  }
}

extension Image {
  /// The box that contains the whole image.
  package var bounds: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

  /// The largest square in the middle; an odd pixel is left over at the right or at the bottom.
  package var centreSquare: Rectangle {
    let side = min(width, height)
    return Rectangle(x: (width - side) / 2, y: (height - side) / 2, width: side, height: side)
  }

  /// The part of the image inside a box.
  ///
  /// - Precondition: `box` is not empty and inside the image.
  package func cropped(to box: Rectangle) -> Image {
    check(box)
    if box == bounds { return self }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * box.width * box.height)
    for y in box.y..<box.y + box.height {
      let start = 3 * (y * width + box.x)
      pixels += self.pixels[start..<start + 3 * box.width]
    }
    return Image(width: box.width, height: box.height, pixels: pixels)
  }

  /// Traps unless `box` is not empty and inside the image.
  func check(_ box: Rectangle) {
    precondition(
      box.fits(width: width, height: height),
      "a box of \(box.width)×\(box.height) at (\(box.x), \(box.y)) in a picture of \(width)×\(height)")
  }
}
