/// How the camera was held: the EXIF tag 0x0112, by its number in the standard.
package enum Orientation: Int, Sendable, CaseIterable {
  /// As stored: the first row is the top, the first column the left.
  case upright = 1
  /// The change that makes the stored image upright.
  case mirrored, upsideDown, upsideDownMirrored, transposed, quarterTurnClockwise, transversed
  case quarterTurnCounterclockwise

  /// Whether width and height are exchanged.
  package var swapsSides: Bool { rawValue >= 5 }

  /// Reads the tag from an EXIF block, which is a small TIFF file; a malformed block counts as upright.
  init(exif: Span<UInt8>) {
    self = .upright
    let little = exif.begins(with: [0x49, 0x49, 0x2A, 0x00])
    guard little || exif.begins(with: [0x4D, 0x4D, 0x00, 0x2A]), exif.count >= 8 else { return }
    func number(_ offset: Int, _ bytes: Int) -> Int {
      (0..<bytes).reduce(0) { $0 << 8 | Int(exif[offset + (little ? bytes - 1 - $1 : $1)]) }
    }
    let directory = number(4, 4)
    guard directory <= exif.count - 2 else { return }
    for entry in 0..<number(directory, 2) {
      let offset = directory + 2 + 12 * entry
      guard offset <= exif.count - 12 else { return }
      // A SHORT (3) is in the first two of the four value bytes.
      guard number(offset, 2) == 0x0112, number(offset + 2, 2) == 3 else { continue }
      self = Orientation(rawValue: number(offset + 8, 2)) ?? .upright
      return
    }
  }
}

extension Image {
  /// The image turned and mirrored to be upright.
  ///
  /// Source: EXIF 2.32, tag Orientation; gives the same as Pillow's `ImageOps.exif_transpose`.
  package func applying(_ orientation: Orientation) -> Image {
    if orientation == .upright { return self }
    let (width, height) = orientation.swapsSides ? (self.height, self.width) : (self.width, self.height)
    let (lastX, lastY) = (self.width - 1, self.height - 1)
    var turned: [UInt8] = []
    turned.reserveCapacity(pixels.count)
    for y in 0..<height {
      for x in 0..<width {
        let (fromX, fromY) =
          switch orientation {
          case .upright: (x, y)
          case .mirrored: (lastX - x, y)
          case .upsideDown: (lastX - x, lastY - y)
          case .upsideDownMirrored: (x, lastY - y)
          case .transposed: (y, x)
          case .quarterTurnClockwise: (y, lastY - x)
          case .transversed: (lastX - y, lastY - x)
          case .quarterTurnCounterclockwise: (lastX - y, x)
          }
        let from = 3 * (fromY * self.width + fromX)
        turned.append(pixels[from])
        turned.append(pixels[from + 1])
        turned.append(pixels[from + 2])
      }
    }
    return Image(width: width, height: height, pixels: turned)
  }
}
