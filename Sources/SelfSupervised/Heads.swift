public import NeuralNetworks

/// The projector: `layers` fully connected layers of width `dimension`, each with batch normalisation, a ReLU behind
/// all but the last, whose normalisation has neither scale nor shift.
///
/// Shapes: (N, inputs) to (N, dimension). Source: Chen and He 2020, section 3.
public func projector(
  _ inputs: Int, dimension: Int, layers: Int, in layout: inout ParameterLayout
) -> Sequential {
  var parts: [any Layer] = []
  for index in 0..<layers {
    let last = index == layers - 1
    let name = "projector.\(index)"
    parts.append(
      Linear(index == 0 ? inputs : dimension, dimension, bias: false, named: name + ".linear", in: &layout))
    parts.append(BatchNorm(dimension, affine: !last, relu: !last, named: name + ".norm", in: &layout))
  }
  return Sequential(parts)
}

/// The predictor: a bottleneck of two layers, the second without normalisation.
///
/// Shapes: (N, dimension) to the same, through (N, hidden). Source: Chen and He 2020, section 3.
public func predictor(_ dimension: Int, hidden: Int, in layout: inout ParameterLayout) -> Sequential {
  Sequential([
    Linear(dimension, hidden, bias: false, named: "predictor.0.linear", in: &layout),
    BatchNorm(hidden, relu: true, named: "predictor.0.norm", in: &layout),
    Linear(hidden, dimension, bias: true, named: "predictor.1.linear", in: &layout),
  ])
}
