package import SiamTensors

/// The largest value of each 3x3 window, with stride 2 and a border of 1.
///
/// Shapes: (N, H, W, C) to (N, ⌈H / 2⌉, ⌈W / 2⌉, C).
struct MaxPool: Stage {
  let name = "encoder.pool"

  func shapes(side: Int, channels: Int) -> StageShapes {
    StageShapes(convolutions: [], side: (side - 1) / 2 + 1, channels: channels)
  }

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward) {
    let entry = settle(x)
    let input = entry.y
    let (height, width, channels) = ((x.height - 1) / 2 + 1, (x.width - 1) / 2 + 1, x.channels)
    let y = Tensor(uninitialized: [x.batch, height, width, channels])
    let (from, to, each) = (input.buffer, y.buffer, x.each)
    forEachWindow(of: x) { image, at, window in
      for channel in 0..<channels {
        let index = unsafe window.largest(from.base + image * each, channel, channels)
        unsafe to.base[at + channel] = from.base[image * each + index]
      }
    }
    return (
      Activation(y),
      { gradient, adding, parameters in
        precondition(adding == nil, "a pool's input has one reader")
        let dx = Tensor(zeros: input.shape)
        let (dy, to) = (gradient.dy.buffer, dx.buffer)
        forEachWindow(of: x) { image, at, window in
          for channel in 0..<channels {
            let index = unsafe window.largest(from.base + image * each, channel, channels)
            unsafe to.base[image * each + index] += dy.base[at + channel]
          }
        }
        return entry.backward(dx)
      }
    )
  }

  /// Calls `body` with each picture, the offset of each window's output in the batch, and the window.
  private func forEachWindow(of x: Activation, _ body: @Sendable (Int, Int, Window) -> Void) {
    let (height, width) = ((x.height - 1) / 2 + 1, (x.width - 1) / 2 + 1)
    let slices = Slices(batch: x.batch)
    parallelSweep(slices.count) { slice in
      for image in slices[slice] {
        for row in 0..<height {
          for column in 0..<width {
            body(
              image, ((image * height + row) * width + column) * x.channels,
              Window(row, column, x.height, x.width))
          }
        }
      }
    }
  }

  /// The part of a 3x3 window that lies inside the picture.
  private struct Window {
    let rows, columns: Range<Int>
    let width: Int

    init(_ row: Int, _ column: Int, _ height: Int, _ width: Int) {
      rows = max(0, 2 * row - 1)..<min(height, 2 * row + 2)
      columns = max(0, 2 * column - 1)..<min(width, 2 * column + 2)
      self.width = width
    }

    /// The offset of the largest value, of equal ones the first, as PyTorch chooses it; NaN counts as the largest.
    func largest(_ picture: UnsafePointer<Float>, _ channel: Int, _ channels: Int) -> Int {
      var best = (index: -1, value: -Float.infinity)
      for row in rows {
        for column in columns {
          let index = (row * width + column) * channels + channel
          let value = unsafe picture[index]
          if best.index < 0 || value > best.value || value.isNaN { best = (index, value) }
        }
      }
      return best.index
    }
  }
}

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
      let (from, to) = (dy.buffer, dx.buffer)
      let share = 1 / Float(pixels)
      let slices = Slices(batch: batch)
      parallelSweep(slices.count) { slice in
        for image in slices[slice] {
          for pixel in 0..<pixels {
            let at = (image * pixels + pixel) * channels
            for channel in 0..<channels {
              unsafe to.base[at + channel] = from.base[image * channels + channel] * share
            }
          }
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
  @Sendable func cells(_ index: Int, _ size: Int) -> Range<Int> {
    index * size / side..<((index + 1) * size + side - 1) / side
  }
  let slices = Slices(batch: batch)
  parallelSweep(slices.count) { slice in
    for image in slices[slice] {
      for cell in 0..<side * side {
        let (rows, columns) = (cells(cell / side, height), cells(cell % side, width))
        let at = (image * side * side + cell) * channels
        for row in rows {
          for column in columns {
            let pixel = ((image * height + row) * width + column) * channels
            for channel in 0..<channels { unsafe to.base[at + channel] += from.base[pixel + channel] }
          }
        }
        let share = 1 / Float(rows.count * columns.count)
        for channel in 0..<channels { unsafe to.base[at + channel] *= share }
      }
    }
  }
  return y
}
