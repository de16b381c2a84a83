package import SiamTensors

/// y = max(0, x), for heads without normalisation.
///
/// Shapes: any to the same.
package struct ReLU: Layer {
  /// A ReLU has no parameters.
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
