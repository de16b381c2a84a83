/// A box of pixels inside an image.
package struct Rectangle: Sendable, Equatable {
  /// The top left corner, and the size, in pixels.
  package var x, y, width, height: Int

  /// A box with its top left corner at (x, y).
  package init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
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
      box.width > 0 && box.height > 0 && box.x >= 0 && box.y >= 0
        && box.width <= width - box.x && box.height <= height - box.y,
      "a box of \(box.width)×\(box.height) at (\(box.x), \(box.y)) in a picture of \(width)×\(height)")
  }
}
