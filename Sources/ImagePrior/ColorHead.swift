import Glibc
import SiamNeuralNetworks
import SiamTensors

/// The end of the network: a convolution of single pixels with a bias, and a sigmoid for each of three colours.
///
/// Shapes: x (1, H, W, inputs), of which `inputs` channels count, to an image (H, W, 3) in 0...1.
struct ColorHead: Sendable {
  private static let colors = 3
  /// The convolution of single pixels.
  let convolution: PaddedConvolution
  private let bias: Range<Int>

  /// Claims the weights and the bias, under "head.conv".
  init(_ inputs: Int, in layout: inout ParameterLayout) {
    convolution = PaddedConvolution(
      geometry: Convolution(
        stored(inputs), stored(Self.colors), kernel: 1, stride: 1, border: .reflection, fanIn: inputs,
        named: "head.conv", in: &layout), inputs: inputs, outputs: Self.colors)
    bias = layout.claim("head.conv.bias", [stored(Self.colors)], .bias(fanIn: inputs))
  }

  /// Makes zero the bias of channels that only fill up.
  func clearPadding(_ parameters: inout Parameters) {
    let bias = bias
    parameters.values.withMutableSpan { values in
      for index in bias.dropFirst(Self.colors) { values[index] = 0 }
    }
  }

  /// The image; the backward takes its gradient to that of x.
  func forward(
    _ x: Activation, _ parameters: Parameters
  ) -> (image: Tensor, backward: (_ gradient: Tensor, _ parameters: inout Parameters) -> ActivationGradient) {
    profiled("head") {
      let y = convolution.geometry.applied(to: x, bias: bias, parameters)
      let image = Tensor(uninitialized: [x.height, x.width, Self.colors])
      let (from, to, channels) = (y.buffer, image.buffer, y.channels)
      forEachPixel(of: x) { pixel in
        for color in 0..<Self.colors {
          unsafe to.base[pixel * Self.colors + color] = 1 / (1 + expf(-from.base[pixel * channels + color]))
        }
      }
      return (
        image,
        { gradient, parameters in
          profiledBackward("head") { backward(gradient, image, x, &parameters) }
        }
      )
    }
  }

  /// Calls `body` with every pixel's index, band by band over the threads.
  private func forEachPixel(of x: Activation, _ body: @Sendable (_ pixel: Int) -> Void) {
    let bands = Regions(height: x.height, floats: x.width * convolution.geometry.outputs)
    parallelFor(bands.count) { band in
      for pixel in bands[band].rows.lowerBound * x.width..<bands[band].rows.upperBound * x.width {
        body(pixel)
      }
    }
  }

  /// dy = gradient · image · (1 − image), the gradient of the sigmoid.
  private func backward(
    _ gradient: Tensor, _ image: Tensor, _ x: Activation, _ parameters: inout Parameters
  ) -> ActivationGradient {
    let (channels, colors, width) = (convolution.geometry.outputs, Self.colors, x.width)
    let dy = Tensor(zeros: [1, x.height, width, channels])
    let (values, from, to) = (image.buffer, gradient.buffer, dy.buffer)
    let bands = Regions(height: x.height, floats: width * channels)
    let sums = parallelMap(bands.count) { band in
      var sums = [Double](repeating: 0, count: colors)
      for pixel in bands[band].rows.lowerBound * width..<bands[band].rows.upperBound * width {
        for color in 0..<colors {
          let at = pixel * colors + color
          let slope = unsafe from.base[at] * values.base[at] * (1 - values.base[at])
          unsafe to.base[pixel * channels + color] = slope
          sums[color] += Double(slope)
        }
      }
      return sums
    }
    let total = (0..<bias.count).map { color in
      color < colors ? Float(sums.reduce(0) { $0 + $1[color] }) : 0
    }
    parameters.addGradient(total, to: bias)
    return convolution.geometry.backward(dy, of: x, &parameters)
  }
}
