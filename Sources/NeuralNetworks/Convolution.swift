import CSiamKernels
package import SiamTensors

/// The geometry of a convolution and its places for weights.
///
/// Shapes: x (N, H, W, inputs), weights (kernel · kernel · inputs, outputs), y (N, H', W', outputs) with
/// H' = ⌊(H + 2 padding − kernel) / stride⌋ + 1. A patch is `kernel` runs of kernel · inputs neighbouring floats, so
/// the product with the weights reads patches where they lie, in a copy of the picture with its border of zeros.
package struct Convolution: Sendable {
  package let inputs, outputs, kernel, stride, padding: Int
  package let weight: Range<Int>

  /// - Parameters:
  ///   - padding: zeros around a picture; nil is half a kernel.
  ///   - fanIn: how many of the inputs of an output there are to count; nil is all.
  package init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, padding: Int? = nil, fanIn: Int? = nil,
    named name: String, in layout: inout ParameterLayout
  ) {
    (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
    self.padding = padding ?? kernel / 2
    weight = layout.claim(
      name + ".weight", [kernel, kernel, inputs, outputs],
      .weight(fanIn: fanIn ?? kernel * kernel * inputs))
  }

  package var depth: Int { kernel * kernel * inputs }

  package func outputSize(_ size: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }

  /// The size that a picture's side has with its border, as far as patches and the picture itself reach.
  func borderedSize(_ size: Int) -> Int {
    max((outputSize(size) - 1) * stride + kernel, size + padding)
  }

  package func packed(_ parameters: Parameters) -> PackedMatrix {
    unsafe PackedMatrix(
      parameters.values.buffer.base + weight.lowerBound, depth: depth, columns: outputs, rowStep: outputs,
      columnStep: 1)
  }

  /// The patches of one picture, whose border is already there.
  func patches(_ input: UnsafePointer<Float>, height: Int, width: Int) -> ck_patches {
    let row = borderedSize(width) * inputs
    return unsafe ck_patches(
      input: input, rows: outputSize(height), columns: outputSize(width), row_step: stride * row,
      pixel_step: stride * inputs, runs: kernel, length: kernel * inputs, run_step: row)
  }
}
