import CSiamKernels
package import SiamTensors

/// Batch normalisation of rows, with or without scale and shift and a ReLU behind it.
///
/// Shapes: (N, channels) to the same.
package struct BatchNorm: Layer {
  package let name: String
  let normalization: Normalization
  let relu: Bool

  package init(
    _ channels: Int, affine: Bool = true, relu: Bool = false, named name: String,
    in layout: inout ParameterLayout
  ) {
    normalization = Normalization(affine ? .batch : .plainBatch, channels: channels, named: name, in: &layout)
    (self.name, self.relu) = (name, relu)
  }

  package func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (
    y: Tensor, backward: Backward
  ) {
    let (rows, channels) = (x.rows, normalization.channels)
    precondition(x.channels == channels, "x is \(x.shape), expected (N, \(channels))")
    let moments = Moments(parts: normalization.measures(mode) ? 1 : 0, channels: channels)
    if normalization.measures(mode) { unsafe moments.measure(0, x.buffer.base, pixels: rows) }
    let pass = normalization.normalized(by: moments, pixelsPerPart: rows, &parameters, mode)
    let picture = Activation(x.reshaped([1, rows, 1, channels]), pending: pass, relu: relu)
    let settled = settle(picture)
    return (
      settled.y.reshaped(x.shape),
      { dy, parameters in
        let gradient = settled.backward(dy.reshaped([1, rows, 1, channels]))
        guard let sums = gradient.sums else { return dy }
        let (a, b, c) = normalization.gradient(sums, of: pass, &parameters)
        let dx = Tensor(uninitialized: x.shape)
        unsafe ck_place_gradient(
          gradient.dy.buffer.base, x.buffer.base, 1, rows, channels, a.buffer.base, b.buffer.base,
          c.buffer.base,
          dx.buffer.base, 0)
        return dx
      }
    )
  }
}

/// y = max(0, x), for heads without normalisation.
package struct ReLU: Layer {
  package init() {}

  package func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (
    y: Tensor, backward: Backward
  ) {
    var y = x
    y.withMutableSpan { y in for index in y.indices where y[index] < 0 { y[index] = 0 } }
    return (
      y,
      { [y] dy, _ in
        var dx = dy
        dx.withMutableSpan { dx in
          y.withSpan { y in for index in dx.indices where !(y[index] > 0) { dx[index] = 0 } }
        }
        return dx
      }
    )
  }
}
