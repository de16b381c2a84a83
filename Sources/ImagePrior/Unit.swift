import SiamNeuralNetworks
import SiamTensors

/// Takes the gradient of a part's output to that of its input; nil where nobody asks for it. It may write over what it is
/// given.
typealias MapBackward = (_ gradient: Map, _ parameters: inout Parameters) -> Map?

/// A convolution with its normalisation and leaky ReLU, which it leaves pending.
///
/// The paper's code has a bias in each convolution too; the normalisation behind takes it out again, so it is left out.
struct Unit: Sendable {
  /// Of leaky ReLUs below zero.
  static let slope: Float = 0.2
  let name: String
  let convolution: ReflectedConvolution
  let norm: ChannelNorm
  /// False where the input is the picture that nobody asks the gradient of.
  let propagates: Bool

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, propagates: Bool = true, named name: String,
    in layout: inout ParameterLayout
  ) {
    (self.name, self.propagates) = (name, propagates)
    convolution = ReflectedConvolution(
      inputs, outputs, kernel: kernel, stride: stride, named: name + ".conv", in: &layout)
    norm = ChannelNorm(stored(outputs), named: name + ".norm", in: &layout)
  }

  func forward(_ x: Signal, _ parameters: Parameters) -> (y: Signal, backward: MapBackward) {
    profiled(name) {
      let (raw, moments) = convolution.forward(x, parameters)
      guard let moments else { preconditionFailure("a convolution that did not measure") }
      let y = Signal(raw, pending: norm.pending(moments, parameters), slope: Self.slope)
      return (
        y,
        { gradient, parameters in
          profiledBackward(name) {
            let dy = y.close(gradient, norm, &parameters)
            return convolution.backward(x, dy, propagates: propagates, &parameters)
          }
        }
      )
    }
  }
}

/// Runs a way back; where somebody profiles its time counts under the name of the part.
func profiledBackward<Result>(_ name: String, _ body: () -> Result) -> Result {
  guard let profile = Profile.current else { return body() }
  return profile.timed(name, .backward, body)
}
