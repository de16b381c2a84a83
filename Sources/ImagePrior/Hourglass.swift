import SiamNeuralNetworks
import SiamTensors

/// The shape of the network.
package struct HourglassConfiguration: Sendable, Equatable, Codable {
  /// How often the picture is halved.
  package var depth: Int
  /// The channels of each scale, on the way down and up.
  package var width: Int
  /// The channels that each scale hands over to the way up; 0 for no skip connections.
  package var skip: Int
  /// The channels of noise that go in.
  package var inputs: Int

  package init(depth: Int = 5, width: Int = 128, skip: Int = 4, inputs: Int = 32) {
    precondition(depth > 0 && width > 0 && skip >= 0 && inputs > 0)
    (self.depth, self.width, self.skip, self.inputs) = (depth, width, skip, inputs)
  }

  /// The smallest side that a picture may have: the deepest map still needs two pixels to reflect in.
  package var smallestSide: Int { (1 << depth) + 1 }

  /// Bytes that the network takes for each pixel of the picture, about: maps that wait for the way back, and gradients.
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
/// Shapes: noise (H, W, inputs) to a picture (H, W, 3) with values in 0...1.
/// Source: Ulyanov, Vedaldi, Lempitsky 2018, "Deep Image Prior", and the function `skip` of its published code.
struct Hourglass: Sendable {
  let configuration: HourglassConfiguration
  let layout: ParameterLayout
  private let scales: [HourglassScale]
  private let head: Head

  init(_ configuration: HourglassConfiguration) {
    self.configuration = configuration
    var layout = ParameterLayout()
    scales = (0..<configuration.depth).map { HourglassScale($0, configuration, in: &layout) }
    head = Head(configuration.width, in: &layout)
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

  /// The picture; the way back takes its gradient and writes those of all parameters.
  func forward(
    _ noise: Map, _ parameters: Parameters
  ) -> (picture: Tensor, backward: (_ gradient: Tensor, _ parameters: inout Parameters) -> Void) {
    let body = forward(Signal(noise), from: 0, parameters)
    let end = head.forward(body.y, parameters)
    return (
      end.picture,
      { gradient, parameters in
        let dy = end.backward(gradient, &parameters)
        _ = body.backward(dy, &parameters)
      }
    )
  }

  /// Everything between a scale's input and what goes up from it.
  private func forward(_ x: Signal, from index: Int, _ parameters: Parameters) -> (
    y: Signal, backward: MapBackward
  ) {
    let scale = scales[index]
    let skip = scale.skip?.forward(x, parameters)
    let down = scale.down.forward(x, parameters)
    let deep = scale.deeper.forward(down.y, parameters)
    let below = index + 1 < scales.count ? forward(deep.y, from: index + 1, parameters) : nil
    let joined = scale.junction.forward(
      below?.y ?? deep.y, skip?.y, size: (x.raw.height, x.raw.width), parameters)
    let up = scale.up.forward(joined.y, parameters)
    let mixed = scale.mix.forward(up.y, parameters)
    return (
      mixed.y,
      { gradient, parameters in
        let through = [mixed.backward, up.backward].reduce(gradient) { chained($1($0, &parameters)) }
        let parts = joined.backward(through, &parameters)
        var dy = parts.deep
        if let below { dy = chained(below.backward(dy, &parameters)) }
        dy = chained(deep.backward(dy, &parameters))
        let dx = down.backward(dy, &parameters)
        guard let skip, let side = parts.skip else { return dx }
        let more = skip.backward(side, &parameters)
        if let dx, let more { add(more, to: dx) }
        return dx
      }
    )
  }

  /// A gradient that the parts inside the network always have.
  private func chained(_ gradient: Map?) -> Map {
    guard let gradient else { preconditionFailure("a gradient was not propagated") }
    return gradient
  }
}

/// The parts at one size of the picture.
private struct HourglassScale: Sendable {
  let skip: Unit?
  let down, deeper: Unit
  let junction: Junction
  let up, mix: Unit

  init(_ index: Int, _ configuration: HourglassConfiguration, in layout: inout ParameterLayout) {
    let width = configuration.width
    let inputs = index == 0 ? configuration.inputs : width
    let (name, propagates) = ("scale\(index)", index > 0)
    skip =
      configuration.skip == 0
      ? nil
      : Unit(
        inputs, configuration.skip, kernel: 1, propagates: propagates, named: name + ".skip", in: &layout)
    down = Unit(
      inputs, width, kernel: 3, stride: 2, propagates: propagates, named: name + ".down", in: &layout)
    deeper = Unit(width, width, kernel: 3, named: name + ".deeper", in: &layout)
    // The skipped channels lie behind the stored ones of the deeper map.
    let side = configuration.skip == 0 ? 0 : stored(configuration.skip)
    junction = Junction(channels: stored(width) + side, named: name + ".junction", in: &layout)
    up = Unit(
      side == 0 ? width : stored(width) + configuration.skip, width, kernel: 3, named: name + ".up",
      in: &layout)
    mix = Unit(width, width, kernel: 1, named: name + ".mix", in: &layout)
  }

  var convolutions: [ReflectedConvolution] {
    [skip, down, deeper, up, mix].compactMap { $0?.convolution }
  }
}
