package import SiamTensors

/// Batch normalisation of rows, with or without scale and shift and a ReLU behind it.
///
/// Shapes: (N, channels) to the same.
package struct BatchNorm: Layer {
  package let name: String
  private let normalization: ChannelNormalization
  private let relu: Bool

  /// - Parameter affine: whether there are γ and β.
  package init(
    _ channels: Int, affine: Bool = true, relu: Bool = false, named name: String,
    in layout: inout ParameterLayout
  ) {
    normalization = ChannelNormalization(
      affine ? .batch : .plainBatch, channels: channels, named: name, in: &layout)
    (self.name, self.relu) = (name, relu)
  }

  package func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (
    y: Tensor, backward: Backward
  ) {
    let (rows, channels) = (x.rows, normalization.channels)
    precondition(x.channels == channels, "x is \(x.shape), expected (N, \(channels))")
    let moments = Moments(parts: normalization.measures(mode) ? 1 : 0, channels: channels)
    if normalization.measures(mode) { unsafe moments.measure(0, x.buffer.base, pixels: rows) }
    let pass = normalization.normalized(by: moments, &parameters, mode)
    let image = Activation(x.reshaped([1, 1, rows, channels]), pending: pass, slope: relu ? 0 : 1)
    let settled = settle(image)
    return (
      settled.y.reshaped(x.shape),
      { dy, parameters in
        let gradient = settled.backward(dy.reshaped([1, 1, rows, channels]))
        let raw = normalization.backward(gradient, of: image, &parameters)
        let dx = Tensor(uninitialized: x.shape)
        unsafe raw.place(0..<1, of: 0, to: dx.buffer.base, step: rows * channels)
        return dx
      }
    )
  }
}
