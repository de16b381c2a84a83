package import SiamDatasets
package import SiamNeuralNetworks
package import SiamTensors

/// The network of both views: encoder, projector and, for most methods, a predictor.
package struct SiameseNetwork: Sendable {
  package let encoder: Encoder
  package let projector: Sequential
  package let predictor: Sequential?
  /// The indices of the predictor's parameters; empty without one.
  package let predictorRange: Range<Int>

  /// Claims the parameters of encoder, projector and predictor, in this order.
  package init(
    _ configuration: TrainingConfiguration, hasPredictor: Bool, in layout: inout ParameterLayout
  ) {
    let (dimension, normalization) = (configuration.dimension, configuration.headNormalization)
    encoder = configuration.encoder.encoder(in: &layout)
    projector = SiamMethods.projector(
      encoder.dimension, dimension: dimension, layers: configuration.projectorLayers,
      normalization: normalization, hasAffineOutput: configuration.options.flag(SimSiam.affineOutput),
      in: &layout)
    let start = layout.count
    predictor =
      hasPredictor
      ? SiamMethods.predictor(
        dimension, hidden: configuration.hidden, normalization: normalization, in: &layout) : nil
    predictorRange = start..<layout.count
  }

  /// The projector's output for a view, (N, D), and its backward, which takes the output's gradient.
  package func project(
    _ view: Tensor, _ parameters: inout Parameters
  ) -> (z: Tensor, backward: (Tensor, inout Parameters) -> Void) {
    let h = encoder.forward(view, &parameters, .training)
    let z = projector.forward(h.y, &parameters, .training)
    return (z.y, { dz, parameters in _ = h.backward(z.backward(dz, &parameters), &parameters) })
  }

  /// A step for a loss of both views' outputs, without predictor: adds the loss's gradients.
  ///
  /// - Parameter loss: from two (N, D) outputs to the loss and its gradients by both.
  package func step(
    _ batch: ViewBatch, _ parameters: inout Parameters,
    _ loss: (Tensor, Tensor) -> (loss: Double, gradients: (Tensor, Tensor))
  ) -> StepResult {
    precondition(batch.views.count == 2, "\(batch.views.count) views")
    let passes = batch.views.map { project($0, &parameters) }
    let (loss, gradients) = loss(passes[0].z, passes[1].z)
    passes[0].backward(gradients.0, &parameters)
    passes[1].backward(gradients.1, &parameters)
    return StepResult(loss: loss, outputs: passes.map(\.z))
  }

  /// The projector's outputs of a network that only makes targets: no gradient, and its statistics are discarded.
  package func targets(of views: [Tensor], _ values: Tensor, like parameters: Parameters) -> [Tensor] {
    var teacher = parameters
    teacher.values = values
    return views.map { project($0, &teacher).z }
  }
}
