import Glibc
import SiamTensors

/// An image made smaller by an integer factor with a Lanczos window of two lobes, as the paper's code does: the first output
/// lies in the middle of the first `factor` inputs, and at the edges the outermost pixel goes on.
///
/// Shapes: (H, W, 3) to (H / factor, W / factor, 3).
struct LanczosReduction: Sendable {
  /// How many times smaller the output is.
  let factor: Int
  /// The weights of an output, their sum 1: 4 · factor, and one more for odd factors, which the paper's code does not have.
  private let kernel: [Float]

  /// - Precondition: a factor of 2 to 8.
  init(factor: Int) {
    precondition((2...8).contains(factor), "a factor of \(factor)")
    self.factor = factor
    // As even or odd as the factor, so that its middle is that of the inputs.
    let count = 4 * factor + factor % 2
    let weights = (0..<count).map { index in
      Self.window((Double(index) - Double(count - 1) / 2) / Double(factor))
    }
    let sum = weights.reduce(0, +)
    kernel = weights.map { Float($0 / sum) }
  }

  /// sinc(x) · sinc(x / 2).
  private static func window(_ x: Double) -> Double {
    x == 0 ? 1 : 2 * sin(.pi * x) * sin(.pi * x / 2) / (.pi * .pi * x * x)
  }

  /// The image made smaller.
  func apply(to image: Tensor) -> Tensor {
    let (height, width) = (image.shape[0], image.shape[1])
    precondition(height % factor == 0 && width % factor == 0, "\(image.shape) by \(factor)")
    let across = Axis(lines: height, length: width, stride: 3, line: 3 * width)
    let narrow = reduced(image.values, across)
    let down = Axis(lines: 3 * width / factor, length: height, stride: 3 * width / factor, line: 1, block: 1)
    return Tensor([height / factor, width / factor, 3], reduced(narrow, down))
  }

  /// The backward: the gradient of the image from that of its reduction.
  ///
  /// Shapes: (H / factor, W / factor, 3) to (H, W, 3).
  func transposed(_ gradient: Tensor) -> Tensor {
    let (height, width) = (gradient.shape[0] * factor, gradient.shape[1] * factor)
    let down = Axis(lines: 3 * width / factor, length: height, stride: 3 * width / factor, line: 1, block: 1)
    let tall = spread(gradient.values, down)
    let across = Axis(lines: height, length: width, stride: 3, line: 3 * width)
    return Tensor([height, width, 3], spread(tall, across))
  }

  /// One direction of an image: lines whose starts are `line` floats apart, of `length` blocks of `block` floats, `stride` apart.
  private struct Axis {
    let lines, length, stride, line: Int
    var block = 3
  }

  /// Calls `body` with each index of the large line, the index of the small one that it adds to, and the weight.
  private func forEachTap(
    _ length: Int, _ body: (_ large: Int, _ small: Int, _ weight: Float) -> Void
  ) {
    let before = (kernel.count - factor) / 2
    for small in 0..<length / factor {
      for (index, weight) in kernel.enumerated() {
        body(min(max(small * factor + index - before, 0), length - 1), small, weight)
      }
    }
  }

  private func reduced(_ values: [Float], _ axis: Axis) -> [Float] {
    var result = [Float](repeating: 0, count: values.count / factor)
    forEachSample(axis) { large, small, weight in result[small] += weight * values[large] }
    return result
  }

  private func spread(_ values: [Float], _ axis: Axis) -> [Float] {
    var result = [Float](repeating: 0, count: values.count * factor)
    forEachSample(axis) { large, small, weight in result[large] += weight * values[small] }
    return result
  }

  private func forEachSample(_ axis: Axis, _ body: (Int, Int, Float) -> Void) {
    // Across, a line of the small image is shorter; down, its lines lie side by side as before.
    let smallLine = axis.block == 1 ? axis.line : axis.line / factor
    forEachTap(axis.length) { large, small, weight in
      for line in 0..<axis.lines {
        for index in 0..<axis.block {
          body(
            line * axis.line + large * axis.stride + index, line * smallLine + small * axis.stride + index,
            weight)
        }
      }
    }
  }
}
