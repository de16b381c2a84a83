import SiamNeuralNetworks
import SiamTensors

/// One convolution on random images, with its normalisation and all that an encoder does around it.
struct MeasuredConvolution {
  private let withInput, weightsAlone: ConvolutionUnit
  private let x: Activation
  private var parameters: Parameters

  /// - Parameter batch: random images that it is given.
  init(_ shape: ConvolutionShape, batch: Int) {
    func unit(propagates: Bool, in layout: inout ParameterLayout) -> ConvolutionUnit {
      ConvolutionUnit(
        shape.inputs, shape.outputs, kernel: shape.kernel, stride: shape.stride, propagates: propagates,
        named: propagates ? "both" : "weights", in: &layout)
    }
    var layout = ParameterLayout()
    withInput = unit(propagates: true, in: &layout)
    weightsAlone = unit(propagates: false, in: &layout)
    parameters = Parameters(layout, initializer: .he, seed: 1)
    x = Activation(randomTensor([batch, shape.side, shape.side, shape.inputs]))
  }

  /// One forward pass in training; returns the backward pass, which may be called any number of times.
  ///
  /// - Parameter propagates: whether the backward pass computes the input's gradient beside that of the weights.
  mutating func forward(propagates: Bool) -> (inout MeasuredConvolution) -> Void {
    let unit = propagates ? withInput : weightsAlone
    let pass = unit.forward(x, &parameters, .training)
    let dy = pass.y.values
    let sums = GradientSums(parts: x.batch, channels: dy.channels)
    for buffer in [sums.sums, sums.products] { unsafe buffer.base.update(repeating: 0, count: buffer.count) }
    return { measured in
      _ = pass.backward(ActivationGradient(dy, sums: sums), nil, &measured.parameters)
    }
  }
}
