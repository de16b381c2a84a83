package import SiamTensors

/// A convolutional network from pictures to features: stages, then the mean over the last map.
///
/// Shapes: pictures (N, H, W, 3); map (N, H', W', `dimension`); features (N, `dimension`).
package struct Encoder: Sendable {
  let stages: [any Stage]
  /// The channels of the last map.
  package let dimension: Int
  /// By how much the map is smaller than the picture, along each side.
  package let reduction: Int
  /// How many stages come before the maps are small and the weights many.
  let shallow: Int

  /// - Parameter channels: those behind each stage.
  init(stages: [any Stage], channels: [Int], reduction: Int) {
    (self.stages, self.reduction) = (stages, reduction)
    dimension = channels.last ?? 0
    shallow = channels.prefix { $0 <= 32 }.count
  }

  /// The last map, with nothing pending.
  package func map(_ pictures: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> Tensor {
    run(pictures, &parameters, mode).map
  }

  private func run(
    _ pictures: Tensor, _ parameters: inout Parameters, _ mode: Mode
  ) -> (map: Tensor, backward: (Tensor, inout Parameters) -> Void) {
    precondition(pictures.shape.count == 4, "pictures are \(pictures.shape), expected (N, H, W, channels)")
    let pass = Self.run(stages[...], Activation(pictures), &parameters, mode)
    let end = settle(pass.y)
    // A way back that is behind lets go what its stage kept: the whole goes once.
    var left = pass.backwards
    return (
      end.y,
      { dy, parameters in
        var gradient = end.backward(dy)
        while let backward = left.popLast() { gradient = backward(gradient, nil, &parameters) }
      }
    )
  }

  private static func run(
    _ stages: ArraySlice<any Stage>, _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backwards: [StageBackward]) {
    var y = x
    var backwards: [StageBackward] = []
    for stage in stages {
      let step = stage.profiledForward(y, &parameters, mode)
      y = step.y
      if mode == .training { backwards.append(step.backward) }
    }
    return (y, backwards)
  }

  /// The last map, by evaluation, of pictures that come in parts; to the bit that of all of them at once.
  ///
  /// The first stages have large maps and few weights, the last ones small maps and many weights. So the first take each
  /// part by itself, whose maps then stay in the nearest caches, and the last take all parts with one look at the weights.
  /// - Precondition: there is a part, and all pictures are of one size.
  package func map<Failure: Error>(
    ofParts count: Int, _ parameters: Parameters, _ part: (Int) throws(Failure) -> Tensor
  ) throws(Failure) -> Tensor {
    precondition(count > 0, "no parts")
    var (parameters, parts): (Parameters, [Tensor]) = (parameters, [])
    for index in 0..<count {
      let x = Activation(try part(index))
      parts.append(settle(Self.run(stages[..<shallow], x, &parameters, .evaluation).y).y)
    }
    let all = Activation(joined(parts))
    return settle(Self.run(stages[shallow...], all, &parameters, .evaluation).y).y
  }
}

/// The rows of tensors that differ in their number alone, one after the other.
private func joined(_ parts: [Tensor]) -> Tensor {
  guard parts.count != 1 else { return parts[0] }
  let each = Array(parts[0].shape.dropFirst())
  let whole = Tensor(uninitialized: [parts.reduce(0) { $0 + $1.shape[0] }] + each)
  var start = 0
  for part in parts {
    precondition(Array(part.shape.dropFirst()) == each, "\(part.shape) beside \(parts[0].shape)")
    unsafe (whole.buffer.base + start).update(from: part.buffer.base, count: part.buffer.count)
    start += part.buffer.count
  }
  return whole
}

extension Encoder: Layer {
  /// The backward, to be called once, adds the parameters' gradients; the pictures' own gradient is not asked for and
  /// comes back empty.
  package func forward(
    _ pictures: Tensor, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Tensor, backward: Backward) {
    let pass = run(pictures, &parameters, mode)
    let average = globalAverage(pass.map)
    return (
      average.y,
      { dy, parameters in
        pass.backward(average.backward(dy), &parameters)
        return Tensor(zeros: [0])
      }
    )
  }
}

/// An encoder by name: what a run's configuration holds.
package struct EncoderConfiguration: Sendable, Equatable, Codable {
  /// One preset a case: a new one is a case here and its stages below.
  package enum Preset: String, Sendable, CaseIterable, Codable {
    /// Four 3x3 convolutions, channels doubling from `width`, each halving the picture but the first.
    case tiny
    /// ResNet-18's blocks at a quarter of its width, with a 3x3 stem.
    case small
    /// ResNet-18: for pictures above 64 px a 7x7 stem of stride 2 and a max-pool, else a 3x3 stem.
    case resnet18

    package var defaultWidth: Int { self == .resnet18 ? 64 : 16 }
    package var summary: String {
      switch self {
      case .tiny: "four convolutions, width 16"
      case .small: "ResNet-18-shaped, width 16, 3x3 stem"
      case .resnet18: "width 64, 3x3 stem up to 64 px, 7x7 and max-pool above"
      }
    }
  }

  package var preset: Preset
  /// The channels after the stem.
  package var width: Int
  /// The side of the pictures, in pixels.
  package var size: Int
  /// False for a network with biases in place of batch normalisation.
  package var normalizes: Bool
  /// Whether γ of each block's last normalisation starts at 0, so that a fresh block is the identity.
  package var startsAsIdentity: Bool

  package init(
    preset: Preset = .small, width: Int? = nil, size: Int = 32, normalizes: Bool = true,
    startsAsIdentity: Bool = false
  ) {
    self.preset = preset
    self.width = width ?? preset.defaultWidth
    self.size = size
    (self.normalizes, self.startsAsIdentity) = (normalizes, startsAsIdentity)
  }

  /// Claims the encoder's places, under names that begin with "encoder.".
  package func encoder(in layout: inout ParameterLayout) -> Encoder {
    let kind: Normalization.Kind = normalizes ? .batch : .bias
    switch preset {
    case .tiny:
      var stages: [any Stage] = []
      for index in 0..<4 {
        stages.append(
          ConvolutionUnit(
            index == 0 ? 3 : width << (index - 1), width << index, stride: index == 0 ? 1 : 2,
            normalization: kind,
            propagates: index > 0, named: "encoder.\(index)", in: &layout))
      }
      return Encoder(stages: stages, channels: (0..<4).map { width << $0 }, reduction: 8)
    case .small, .resnet18:
      let large = preset == .resnet18 && size > 64
      var stages: [any Stage] = [
        ConvolutionUnit(
          3, width, kernel: large ? 7 : 3, stride: large ? 2 : 1, normalization: kind, propagates: false,
          named: "encoder.stem", in: &layout)
      ]
      if large { stages.append(MaxPool()) }
      var channels = [Int](repeating: width, count: stages.count)
      for group in 0..<4 {
        for block in 0..<2 {
          stages.append(
            ResidualBlock(
              channels.last ?? width, width << group, stride: group > 0 && block == 0 ? 2 : 1,
              normalization: kind, lastScale: startsAsIdentity ? 0 : 1, named: "encoder.\(group).\(block)",
              in: &layout))
          channels.append(width << group)
        }
      }
      return Encoder(stages: stages, channels: channels, reduction: large ? 32 : 8)
    }
  }
}
