import SiamTensors

/// The geometry of a convolution, and the range of its weights.
///
/// Shapes: x (N, H, W, inputs), weights (kernel, kernel, inputs, outputs), y (N, H', W', outputs) with
/// H' = ⌊(H + 2 ⌊kernel / 2⌋ − kernel) / stride⌋ + 1. A patch is `kernel` runs of kernel · inputs neighbouring floats, so
/// the product with the weights reads patches where they lie, in a copy of the rows with their border.
package struct Convolution: Sendable {
  /// Channels of x and y, the kernel's side, and the pixels from one patch to the next.
  package let inputs, outputs, kernel, stride: Int
  /// The range of the weights in `Parameters`.
  package let weight: Range<Int>
  /// What lies around x.
  let border: Border

  /// Claims the weights, under `name` + ".weight".
  ///
  /// - Parameter fanIn: how many of the inputs of an output there are to count; nil is all.
  package init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, border: Border = .zeros, fanIn: Int? = nil,
    named name: String, in layout: inout ParameterLayout
  ) {
    (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
    self.border = border
    weight = layout.claim(
      name + ".weight", [kernel, kernel, inputs, outputs],
      .weight(fanIn: fanIn ?? kernel * kernel * inputs))
  }

  /// Products for each value of y.
  package var depth: Int { kernel * kernel * inputs }
  /// Zeros around an image.
  var padding: Int { border == .reflection ? 0 : kernel / 2 }
  /// Reflected pixels around an image. They are part of it, and have gradients.
  var reflection: Int { border == .reflection ? kernel / 2 : 0 }

  /// Pixels of the border before a side of x.
  func before(_ size: Int) -> Int { border.before(size, kernel: kernel, stride: stride) }

  /// A side of x with its reflection.
  func extended(_ size: Int) -> Int { size + 2 * reflection }

  /// The side of y for a side of x.
  package func outputSize(_ size: Int) -> Int { outputSize(extended: extended(size)) }

  /// The side of y for a side of x with its reflection.
  func outputSize(extended size: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }

  /// The shape of y.
  func outputShape(_ x: Activation) -> [Int] {
    [x.batch, outputSize(x.height), outputSize(x.width), outputs]
  }

  /// The shape of x with its reflection.
  func extendedShape(_ x: Activation) -> [Int] {
    [x.batch, extended(x.height), extended(x.width), inputs]
  }
}
