import CSiamKernels
import SiamTensors

/// The geometry of a convolution with a filter of its own for each channel, and the range of its weights.
///
/// Shapes: x (N, H, W, channels), weights (kernel, kernel, 1, channels), y (N, ⌈H / stride⌉, ⌈W / stride⌉, channels).
struct DepthwiseConvolution: Sendable {
  let channels, kernel, stride: Int
  let weight: Range<Int>
  /// Zeros of either kind.
  let border: Border

  /// Claims the weights, under `name` + ".weight".
  ///
  /// - Precondition: a border of zeros, and an odd kernel that reaches every sample.
  init(
    _ channels: Int, kernel: Int, stride: Int, border: Border, named name: String,
    in layout: inout ParameterLayout
  ) {
    precondition(
      border != .reflection && kernel % 2 == 1 && stride - 1 <= kernel / 2,
      "a stride of \(stride) over a kernel of \(kernel)")
    (self.channels, self.kernel, self.stride, self.border) = (channels, kernel, stride, border)
    weight = layout.claim(
      name + ".weight", [kernel, kernel, 1, channels], .weight(fanIn: kernel * kernel))
  }

  /// The side of y for a side of x.
  func outputSize(_ size: Int) -> Int { (size - 1) / stride + 1 }

  /// Zeros before a side of x.
  func before(_ size: Int) -> Int { border.before(size, kernel: kernel, stride: stride) }

  /// The samples of x, border included, that so many of y need.
  func reach(_ outputs: Int) -> Int { (outputs - 1) * stride + kernel }

  /// Room for rows of x with the border, of which `rows` of y are computed.
  func room(of x: Activation, rows: Int) -> BorderedRows {
    BorderedRows(
      rows: reach(rows), columns: max(reach(outputSize(x.width)), before(x.width) + x.width),
      left: before(x.width), of: x)
  }

  /// The rows of x, some of them outside it, that some rows of y need.
  func needed(_ rows: Range<Int>, height: Int) -> Range<Int> {
    let first = rows.lowerBound * stride - before(height)
    return first..<first + reach(rows.count)
  }
}
