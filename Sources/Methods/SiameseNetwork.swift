package import SiamNeuralNetworks
package import SiamTensors

/// The network that both views pass through: encoder, projector and, for most methods, a predictor.
package struct SiameseNetwork: Sendable {
  package let encoder: Encoder
  package let projector: Sequential
  package let predictor: Sequential?
  /// The predictor's places; none without it.
  package let predictorRange: Range<Int>

  /// Claims the places of encoder, projector and predictor, in this order.
  package init(
    _ configuration: TrainingConfiguration, hasPredictor: Bool, in layout: inout ParameterLayout
  ) {
    let (dimension, normalization) = (configuration.dimension, configuration.headNormalization)
    encoder = configuration.encoder.encoder(in: &layout)
    projector = SiamMethods.projector(
      encoder.dimension, dimension: dimension, layers: configuration.projectorLayers,
      normalization: normalization, in: &layout)
    let start = layout.count
    predictor =
      hasPredictor
      ? SiamMethods.predictor(
        dimension, hidden: configuration.hidden, normalization: normalization, in: &layout) : nil
    predictorRange = start..<layout.count
  }

  /// The projector's output for a view, and the way back, which takes its gradient.
  package func project(
    _ view: Tensor, _ parameters: inout Parameters
  ) -> (z: Tensor, backward: (Tensor, inout Parameters) -> Void) {
    let h = encoder.forward(view, &parameters, .training)
    let z = projector.forward(h.y, &parameters, .training)
    return (z.y, { dz, parameters in _ = h.backward(z.backward(dz, &parameters), &parameters) })
  }

  /// The projector's outputs of a network that only makes targets: no gradient, and its statistics are forgotten.
  package func targets(of views: [Tensor], _ values: Tensor, like parameters: Parameters) -> [Tensor] {
    var teacher = parameters
    teacher.values = values
    return views.map { project($0, &teacher).z }
  }
}
