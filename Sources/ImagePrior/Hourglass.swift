import SiamNeuralNetworks
import SiamTensors

/// The shape of the network.
package struct HourglassConfiguration: Sendable, Equatable, Codable {
  /// How often the image is halved.
  package var depth: Int
  /// The channels of each scale, down and up.
  package var width: Int
  /// The channels of each skip connection; 0 for none.
  package var skip: Int
  /// The channels of noise that go in.
  package var inputs: Int

  /// The published network, where nothing else is said.
  ///
  /// - Precondition: all are positive; `skip` may be 0.
  package init(depth: Int = 5, width: Int = 128, skip: Int = 4, inputs: Int = 32) {
    precondition(depth > 0 && width > 0 && skip >= 0 && inputs > 0)
    (self.depth, self.width, self.skip, self.inputs) = (depth, width, skip, inputs)
  }

  /// The smallest side that an image may have: the deepest map still needs two pixels to reflect in.
  package var smallestSide: Int { (1 << depth) + 1 }

  /// Bytes that the network takes for each pixel of the image, about: maps that wait for the backward pass, and gradients.
  package var bytesPerPixel: Int {
    let (w, s) = (stored(width), skip > 0 ? stored(skip) : 0)
    let large = 3 * w + 2 * s
    let small = 2 * w
    return 4 * ((large + 2 * (w + s)) * 4 / 3 + small / 3 + 3 * stored(inputs))
  }
}

/// The network of the deep image prior: down by strided convolutions, up by bilinear interpolation, with a narrow skip
/// connection at each scale, reflection at all edges and leaky ReLUs; a sigmoid at the end.
///
/// Shapes: noise (1, H, W, inputs), stored as a multiple of 16 channels, to an image (H, W, 3) with values in 0...1.
/// Source: Ulyanov, Vedaldi, Lempitsky 2018, "Deep Image Prior", and the function `skip` of its published code.
struct Hourglass: Sendable {
  /// Names, shapes and ranges of its parameters.
  let layout: ParameterLayout
  private let scales: [HourglassScale]
  private let head: ColorHead

  /// Claims all parameters, scale by scale.
  init(_ configuration: HourglassConfiguration) {
    var layout = ParameterLayout()
    scales = (0..<configuration.depth).map { HourglassScale($0, configuration, in: &layout) }
    head = ColorHead(configuration.width, in: &layout)
    self.layout = layout
  }

  /// Drawn as PyTorch draws them: uniform in ±1/√fan-in.
  func parameters(seed: UInt64) -> Parameters {
    var parameters = Parameters(layout, initializer: .uniform, seed: seed)
    for convolution in scales.flatMap(\.convolutions) + [head.convolution] {
      convolution.clearPadding(&parameters)
    }
    head.clearPadding(&parameters)
    return parameters
  }

  /// The image; the backward takes its gradient and adds those of all parameters.
  func forward(
    _ noise: Tensor, _ parameters: inout Parameters
  ) -> (image: Tensor, backward: (_ gradient: Tensor, _ parameters: inout Parameters) -> Void) {
    let body = forward(Activation(noise), from: 0, &parameters)
    let end = head.forward(body.y, parameters)
    return (
      end.image,
      { gradient, parameters in
        _ = body.backward(end.backward(gradient, &parameters), nil, &parameters)
      }
    )
  }

  /// Everything between a scale's input and what goes up from it.
  private func forward(
    _ x: Activation, from index: Int, _ parameters: inout Parameters
  ) -> (y: Activation, backward: StageBackward) {
    let scale = scales[index]
    let skip = scale.skip?.forward(x, &parameters)
    let down = scale.down.forward(x, &parameters)
    let deep = scale.deeper.forward(down.y, &parameters)
    let below = index + 1 < scales.count ? forward(deep.y, from: index + 1, &parameters) : nil
    let joined = scale.junction.forward(
      below?.y ?? deep.y, skip?.y, size: (x.height, x.width), &parameters)
    let up = scale.up.forward(joined.y, &parameters)
    let mixed = scale.mix.forward(up.y, &parameters)
    return (
      mixed.y,
      { gradient, _, parameters in
        let through = up.backward(mixed.backward(gradient, nil, &parameters), nil, &parameters)
        let parts = joined.backward(through, &parameters)
        let deeper = below?.backward(parts.deep, nil, &parameters) ?? parts.deep
        let dy = deep.backward(deeper, nil, &parameters)
        let side = parts.skip.flatMap { skip?.backward($0, nil, &parameters).dy }
        return down.backward(dy, side, &parameters)
      }
    )
  }
}

/// The parts at one size of the image.
private struct HourglassScale: Sendable {
  let skip: PaddedUnit?
  let down, deeper: PaddedUnit
  let junction: Junction
  let up, mix: PaddedUnit

  init(_ index: Int, _ configuration: HourglassConfiguration, in layout: inout ParameterLayout) {
    let width = configuration.width
    let inputs = index == 0 ? configuration.inputs : width
    let (name, propagates) = ("scale\(index)", index > 0)
    skip =
      configuration.skip == 0
      ? nil
      : PaddedUnit(
        inputs, configuration.skip, kernel: 1, propagates: propagates, named: name + ".skip", in: &layout)
    down = PaddedUnit(
      inputs, width, kernel: 3, stride: 2, propagates: propagates, named: name + ".down", in: &layout)
    deeper = PaddedUnit(width, width, kernel: 3, named: name + ".deeper", in: &layout)
    // The skipped channels lie behind the stored ones of the deeper map.
    let side = configuration.skip == 0 ? 0 : stored(configuration.skip)
    junction = Junction(channels: stored(width) + side, named: name + ".junction", in: &layout)
    up = PaddedUnit(
      side == 0 ? width : stored(width) + configuration.skip, width, kernel: 3, named: name + ".up",
      in: &layout)
    mix = PaddedUnit(width, width, kernel: 1, named: name + ".mix", in: &layout)
  }

  var convolutions: [PaddedConvolution] { [skip, down, deeper, up, mix].compactMap { $0?.convolution } }
}

/// A convolution with reflected border, its normalisation and leaky ReLU, its channels stored in multiples of 16.
///
/// The paper's code has a bias in each convolution too; the normalisation behind takes it out again, so it is left out.
private struct PaddedUnit: Sendable {
  let convolution: PaddedConvolution
  private let unit: ConvolutionUnit

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, propagates: Bool = true, named name: String,
    in layout: inout ParameterLayout
  ) {
    unit = ConvolutionUnit(
      stored(inputs), stored(outputs), kernel: kernel, stride: stride, border: .reflection,
      fanIn: kernel * kernel * inputs, normalization: .untracked, leak: 0.2, propagates: propagates,
      named: name, in: &layout)
    convolution = PaddedConvolution(geometry: unit.convolution, inputs: inputs, outputs: outputs)
  }

  func forward(
    _ x: Activation, _ parameters: inout Parameters
  ) -> (y: Activation, backward: StageBackward) { unit.profiledForward(x, &parameters, .training) }
}
