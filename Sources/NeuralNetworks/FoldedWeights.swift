import SiamTensors

/// The weights of a convolution with the normalisation behind it folded in, for evaluation: a scale of each output's weights,
/// and a bias.
struct FoldedWeights {
  /// (kernel, kernel, inputs, outputs), as `Parameters` has them.
  let weights: [Float]
  /// (outputs).
  let bias: [Float]

  init(_ range: Range<Int>, _ normalization: ChannelNormalization, _ parameters: Parameters) {
    var parameters = parameters
    let outputs = normalization.channels
    let pass = normalization.normalized(by: Moments(parts: 0, channels: outputs), &parameters, .evaluation)
    let scale = pass.scale.values
    var weights = parameters.tensor(range).values
    for index in weights.indices { weights[index] *= scale[index % outputs] }
    (self.weights, bias) = (weights, pass.shift.values)
  }

  /// The same as (outputs, inputs, kernel, kernel), as other programs have them.
  func outputsFirst(kernel: Int) -> (values: [Float], shape: [Int]) {
    let (outputs, pixels) = (bias.count, kernel * kernel)
    let inputs = weights.count / outputs / pixels
    var values = weights
    for output in 0..<outputs {
      for input in 0..<inputs {
        for pixel in 0..<pixels {
          values[(output * inputs + input) * pixels + pixel] =
            weights[(pixel * inputs + input) * outputs + output]
        }
      }
    }
    return (values, [outputs, inputs, kernel, kernel])
  }
}
