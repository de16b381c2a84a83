import CSiamKernels
import Glibc
import SiamNeuralNetworks
import SiamTensors

/// The end of the network: a convolution of single pixels with a bias, and a sigmoid for each of three colours.
struct Head: Sendable {
  static let colours = 3
  let convolution: ReflectedConvolution
  private let bias: Range<Int>

  init(_ inputs: Int, in layout: inout ParameterLayout) {
    convolution = ReflectedConvolution(inputs, Self.colours, kernel: 1, named: "head.conv", in: &layout)
    bias = layout.claim("head.conv.bias", [stored(Self.colours)], .bias(fanIn: inputs))
  }

  func clearPadding(_ parameters: inout Parameters) {
    let bias = bias
    parameters.values.withMutableSpan { values in
      for index in bias.dropFirst(Self.colours) { values[index] = 0 }
    }
  }

  func forward(
    _ x: Signal, _ parameters: Parameters
  ) -> (picture: Tensor, backward: (_ gradient: Tensor, _ parameters: inout Parameters) -> Map) {
    profiled("head") {
      let raw = convolution.forward(x, parameters, bias: bias, measures: false).y
      let (height, width, colours) = (raw.height, raw.width, Self.colours)
      let picture = Tensor(uninitialized: [height, width, colours])
      let (to, bands) = (picture.buffer, Bands(of: raw))
      parallelFor(bands.count) { band in
        for y in bands[band] {
          let row = unsafe raw.row(y)
          for x in 0..<width {
            for colour in 0..<colours {
              let value = unsafe 1 / (1 + expf(-row[x * raw.channels + colour]))
              unsafe to.base[(y * width + x) * colours + colour] = value
            }
          }
        }
      }
      return (
        picture,
        { gradient, parameters in
          profiledBackward("head") { backward(gradient, picture, x, &parameters) }
        }
      )
    }
  }

  private func backward(
    _ gradient: Tensor, _ picture: Tensor, _ x: Signal, _ parameters: inout Parameters
  ) -> Map {
    let (height, width, colours) = (picture.shape[0], picture.shape[1], Self.colours)
    let dy = Map(height: height, width: width, channels: convolution.geometry.outputs)
    let (values, from, bands) = (picture.buffer, gradient.buffer, Bands(of: dy))
    let sums = parallelMap(bands.count) { band in
      var sums = [Double](repeating: 0, count: colours)
      for y in bands[band] {
        let row = unsafe dy.row(y)
        unsafe row.update(repeating: 0, count: dy.step)
        for x in 0..<width {
          for colour in 0..<colours {
            let at = (y * width + x) * colours + colour
            let slope = unsafe from.base[at] * values.base[at] * (1 - values.base[at])
            unsafe row[x * dy.channels + colour] = slope
            sums[colour] += Double(slope)
          }
        }
      }
      return sums
    }
    let gradients = parameters.gradients.unique()
    unsafe (gradients.base + bias.lowerBound).update(repeating: 0, count: bias.count)
    for colour in 0..<colours {
      unsafe gradients.base[bias.lowerBound + colour] = Float(sums.reduce(0) { $0 + $1[colour] })
    }
    let back = RawGradient(behind: dy, normalized: nil)
    guard let dx = convolution.backward(x, back, propagates: true, &parameters) else {
      preconditionFailure("a gradient was not propagated")
    }
    return dx
  }
}
