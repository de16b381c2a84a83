import CSiamKernels
package import SiamTensors

/// A fully connected layer, y = x·W + b.
///
/// Shapes: x (N, inputs), W (inputs, outputs), b (outputs), y (N, outputs).
package struct Linear: Layer {
  package let name: String
  private let inputs, outputs: Int
  private let weight: Range<Int>
  private let bias: Range<Int>?

  /// Claims W, and b where there is a `bias`.
  package init(
    _ inputs: Int, _ outputs: Int, bias: Bool, named name: String, in layout: inout ParameterLayout
  ) {
    (self.name, self.inputs, self.outputs) = (name, inputs, outputs)
    weight = layout.claim(name + ".weight", [inputs, outputs], .weight(fanIn: inputs))
    self.bias = bias ? layout.claim(name + ".bias", [outputs], .bias(fanIn: inputs)) : nil
  }

  package func forward(_ x: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> (
    y: Tensor, backward: Backward
  ) {
    precondition(x.channels == inputs, "x is \(x.shape), expected (N, \(inputs))")
    let matrix = unsafe PackedMatrix(
      parameters.values.buffer.base + weight.lowerBound, depth: inputs, columns: outputs, rowStep: outputs,
      columnStep: 1)
    let y = product(x, matrix, bias: bias.map { parameters.tensor($0) })
    return (y, { dy, parameters in backward(dy, x, &parameters) })
  }

  /// dW += xᵀ·dy, db += Σ dy over the batch; returns dx = dy·Wᵀ.
  private func backward(_ dy: Tensor, _ x: Tensor, _ parameters: inout Parameters) -> Tensor {
    if let bias {
      var sums = [Float](repeating: 0, count: outputs)
      dy.withSpan { dy in
        for row in 0..<x.rows {
          for column in sums.indices { sums[column] += dy[row * sums.count + column] }
        }
      }
      parameters.addGradient(sums, to: bias)
    }
    let transposed = unsafe PackedMatrix(
      parameters.values.buffer.base + weight.lowerBound, depth: self.outputs, columns: self.inputs,
      rowStep: 1,
      columnStep: self.outputs)
    let gradients = parameters.gradients.unique()
    unsafe addTransposedProduct(x, dy, to: gradients.base + weight.lowerBound)
    return product(dy, transposed)
  }
}
