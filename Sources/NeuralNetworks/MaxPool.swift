import CSiamKernels
import SiamTensors

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
    forEachImage(of: x.batch) { image in
      unsafe ck_kernels().pointee.pool_largest(
        from.base + image * each, x.height, x.width, channels, to.base + image * height * width * channels)
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

  /// Calls `body` with each image, the offset of each window's output in the batch, and the window.
  private func forEachWindow(of x: Activation, _ body: @Sendable (Int, Int, Window) -> Void) {
    let (height, width) = ((x.height - 1) / 2 + 1, (x.width - 1) / 2 + 1)
    forEachImage(of: x.batch) { image in
      for index in 0..<height * width {
        let window = Window(index / width, index % width, x.height, x.width)
        body(image, (image * height * width + index) * x.channels, window)
      }
    }
  }

  /// The part of a 3x3 window that lies inside the image.
  private struct Window {
    let rows, columns: Range<Int>
    let width: Int

    init(_ row: Int, _ column: Int, _ height: Int, _ width: Int) {
      rows = max(0, 2 * row - 1)..<min(height, 2 * row + 2)
      columns = max(0, 2 * column - 1)..<min(width, 2 * column + 2)
      self.width = width
    }

    /// The offset of the largest value, of equal ones the first, as PyTorch chooses it; NaN counts as the largest.
    func largest(_ image: UnsafePointer<Float>, _ channel: Int, _ channels: Int) -> Int {
      var best = (index: -1, value: -Float.infinity)
      for row in rows {
        for column in columns {
          let index = (row * width + column) * channels + channel
          let value = unsafe image[index]
          if best.index < 0 || value > best.value || value.isNaN { best = (index, value) }
        }
      }
      return best.index
    }
  }
}
