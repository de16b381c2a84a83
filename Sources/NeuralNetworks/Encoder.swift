package import SiamTensors

/// A convolutional network from images to features: stages, then the mean over the last map.
///
/// Shapes: images (N, H, W, 3); map (N, H', W', `dimension`); features (N, `dimension`).
package struct Encoder: Sendable {
  /// From the images up.
  let stages: [any Stage]
  /// The channels of the last map.
  package let dimension: Int

  /// - Precondition: the first stage takes three channels, and each the channels of the one before it.
  init(stages: [any Stage]) {
    self.stages = stages
    dimension = Self.shapes(of: stages, side: 1).last?.channels ?? 0
  }

  /// The last map, with nothing pending.
  package func map(_ images: Tensor, _ parameters: inout Parameters, _ mode: Mode) -> Tensor {
    run(images, &parameters, mode).map
  }

  private func run(
    _ images: Tensor, _ parameters: inout Parameters, _ mode: Mode
  ) -> (map: Tensor, backward: (Tensor, inout Parameters) -> Void) {
    precondition(images.shape.count == 4, "pictures are \(images.shape), expected (N, H, W, channels)")
    let pass = Self.run(stages[...], Activation(images), &parameters, mode)
    let end = settle(pass.y)
    // Pop each backward after use so that its activations are freed; call this closure once.
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

  /// The last map, by evaluation, of images that come in parts; to the bit that of all of them at once.
  ///
  /// The first stages have large maps and few weights, the last ones small maps and many weights. So the first take each
  /// part by itself, whose maps then stay in the nearest caches, and the last take all parts with one look at the weights.
  /// - Precondition: there is a part, and all images are of one size.
  package func map<Failure: Error>(
    ofParts count: Int, _ parameters: Parameters, _ part: (Int) throws(Failure) -> Tensor
  ) throws(Failure) -> Tensor {
    precondition(count > 0, "no parts")
    var (parameters, parts, shallow): (Parameters, [Tensor], Int) = (parameters, [], 0)
    for index in 0..<count {
      let x = Activation(try part(index))
      if index == 0 { shallow = shallowStages(side: max(x.height, x.width)) }
      parts.append(settle(Self.run(stages[..<shallow], x, &parameters, .evaluation).y).y)
    }
    let all = Activation(joined(parts))
    return settle(Self.run(stages[shallow...], all, &parameters, .evaluation).y).y
  }
}

extension Encoder {
  /// How many stages come before the maps of an image are small beside the weights.
  func shallowStages(side: Int) -> Int {
    shapes(side: side).prefix { shapes in
      let weights = shapes.convolutions.reduce(0) { $0 + $1.weights }
      return weights <= 4 * shapes.side * shapes.side * shapes.channels
    }.count
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
  /// The backward, to be called once, adds the parameters' gradients; the images' own gradient is not computed and
  /// comes back empty.
  package func forward(
    _ images: Tensor, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Tensor, backward: Backward) {
    let pass = run(images, &parameters, mode)
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
