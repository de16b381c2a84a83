package import SiamNeuralNetworks

/// Which layers of the heads are batch-normalised; the others have biases instead.
///
/// Source: Chen and He 2020, table 3.
public enum HeadNormalization: String, Sendable, CaseIterable, Codable {
  /// No layer.
  case none
  /// The projector's and the predictor's hidden layers.
  case hidden
  /// The hidden layers and the projector's output.
  case all
}

/// The projector: `layers` fully connected layers of width `dimension`, each with batch normalisation as far as
/// `normalization` goes, a ReLU after all but the last, whose normalisation has neither scale nor shift unless
/// `hasAffineOutput`.
///
/// Shapes: (N, inputs) to (N, dimension). Source: Chen and He 2020, section 3.
package func projector(
  _ inputs: Int, dimension: Int, layers: Int, normalization: HeadNormalization = .all,
  hasAffineOutput: Bool = false, in layout: inout ParameterLayout
) -> Sequential {
  Sequential(
    (0..<layers).flatMap { index in
      let last = index == layers - 1
      return headLayer(
        index == 0 ? inputs : dimension, dimension, affine: !last || hasAffineOutput, relu: !last,
        normalizes: normalization == .all || normalization == .hidden && !last, named: "projector.\(index)",
        in: &layout)
    })
}

/// The predictor: a bottleneck of two layers, the second without normalisation.
///
/// Shapes: (N, dimension) to the same, through (N, hidden). Source: Chen and He 2020, section 3.
package func predictor(
  _ dimension: Int, hidden: Int, normalization: HeadNormalization = .all, in layout: inout ParameterLayout
) -> Sequential {
  Sequential(
    headLayer(
      dimension, hidden, affine: true, relu: true, normalizes: normalization != .none, named: "predictor.0",
      in: &layout)
      + headLayer(
        hidden, dimension, affine: false, relu: false, normalizes: false, named: "predictor.1", in: &layout))
}

/// A fully connected layer with its normalisation and ReLU.
private func headLayer(
  _ inputs: Int, _ outputs: Int, affine: Bool, relu: Bool, normalizes: Bool, named name: String,
  in layout: inout ParameterLayout
) -> [any Layer] {
  let linear = Linear(inputs, outputs, bias: !normalizes, named: name + ".linear", in: &layout)
  if normalizes {
    return [linear, BatchNorm(outputs, affine: affine, relu: relu, named: name + ".norm", in: &layout)]
  }
  return relu ? [linear, ReLU()] : [linear]
}
