package import SiamTensors

/// The mean over all pixels of a map.
///
/// Shapes: (N, H, W, C) to (N, C).
func globalAverage(_ map: Tensor) -> (y: Tensor, backward: (Tensor) -> Tensor) {
  let (batch, pixels, channels) = (map.shape[0], map.shape[1] * map.shape[2], map.shape[3])
  let y = averagePooled(map, to: 1).reshaped([batch, channels])
  return (
    y,
    { dy in
      let dx = Tensor(uninitialized: map.shape)
      let (from, to, share) = (dy.buffer, dx.buffer, 1 / Float(pixels))
      forEachImage(of: batch) { image in
        let row = unsafe from.base + image * channels
        for pixel in image * pixels..<(image + 1) * pixels {
          for channel in 0..<channels { unsafe to.base[pixel * channels + channel] = row[channel] * share }
        }
      }
      return dx
    }
  )
}

/// A map averaged down to `side` by `side` cells (adaptive pooling: cell i covers ⌊i H / side⌋ to ⌈(i+1) H / side⌉).
///
/// Shapes: (N, H, W, C) to (N, side · side · C).
package func averagePooled(_ map: Tensor, to side: Int) -> Tensor {
  let (batch, height, width, channels) = (map.shape[0], map.shape[1], map.shape[2], map.shape[3])
  var y = Tensor(zeros: [batch, side * side * channels])
  let (from, to) = (map.buffer, y.unique())
  forEachImage(of: batch) { image in
    let start = unsafe from.base + image * height * width * channels
    for cell in 0..<side * side {
      let rows = pixels(ofCell: cell / side, of: side, height)
      let columns = pixels(ofCell: cell % side, of: side, width)
      let sums = unsafe to.base + (image * side * side + cell) * channels
      for row in rows {
        unsafe add(columns, of: start + row * width * channels, channels, to: sums)
      }
      let share = 1 / Float(rows.count * columns.count)
      for channel in 0..<channels { unsafe sums[channel] *= share }
    }
  }
  return y
}

/// The pixels of a side that a cell covers, of `count` cells.
private func pixels(ofCell index: Int, of count: Int, _ size: Int) -> Range<Int> {
  index * size / count..<((index + 1) * size + count - 1) / count
}

/// Adds some pixels of a row, one after the other.
private func add(
  _ pixels: Range<Int>, of row: UnsafePointer<Float>, _ channels: Int, to sums: UnsafeMutablePointer<Float>
) {
  for pixel in pixels {
    for channel in 0..<channels { unsafe sums[channel] += row[pixel * channels + channel] }
  }
}
