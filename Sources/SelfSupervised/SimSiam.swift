public import NeuralNetworks
public import Tensors

/// What one step of a method shows of itself.
public struct StepResult: Sendable {
  public let loss: Double
  /// The projector's output for the first view, (N, D): what the gauges of collapse look at.
  public let output: Tensor
}

/// SimSiam: two views, a predictor on one side, a stop-gradient on the other, both ways.
///
/// L = ½ D(p₁, stop(z₂)) + ½ D(p₂, stop(z₁)) with z = projector(encoder(view)) and p = predictor(z).
/// Source: Chen and He 2020, algorithm 1.
public struct SimSiam: Sendable {
  public let encoder: Encoder
  public let projector, predictor: Sequential
  /// The places of the predictor, which has a rate of its own.
  public let predictorRange: Range<Int>

  /// Claims the places of encoder, projector and predictor, in this order.
  public init(
    encoder configuration: EncoderConfiguration, dimension: Int, hidden: Int, projectorLayers: Int,
    in layout: inout ParameterLayout
  ) {
    encoder = configuration.encoder(in: &layout)
    projector = SelfSupervised.projector(
      encoder.dimension, dimension: dimension, layers: projectorLayers, in: &layout)
    let start = layout.count
    predictor = SelfSupervised.predictor(dimension, hidden: hidden, in: &layout)
    predictorRange = start..<layout.count
  }

  /// Adds the loss's gradients to the student's.
  ///
  /// - Parameter teacher: the network that makes the targets. Nil is the student itself behind the stop-gradient,
  ///   which is SimSiam; a network of its own is BYOL's way, and equal to it when the two are equal.
  public func step(_ views: (Tensor, Tensor), _ student: inout Parameters, teacher: Parameters? = nil)
    -> StepResult
  {
    let (first, second) = (online(views.0, &student), online(views.1, &student))
    var targets = (first.z, second.z)
    if var teacher {
      targets = (target(views.0, &teacher), target(views.1, &teacher))
    }
    let (a, b) = (negativeCosine(first.p, targets.1), negativeCosine(second.p, targets.0))
    first.backward(halved(a.dp), &student)
    second.backward(halved(b.dp), &student)
    return StepResult(loss: (a.loss + b.loss) / 2, output: first.z)
  }

  private func online(
    _ view: Tensor, _ parameters: inout Parameters
  ) -> (z: Tensor, p: Tensor, backward: (Tensor, inout Parameters) -> Void) {
    let h = encoder.forward(view, &parameters, .training)
    let z = projector.forward(h.y, &parameters, .training)
    let p = predictor.forward(z.y, &parameters, .training)
    return (
      z.y, p.y,
      { dp, parameters in
        let dz = p.backward(dp, &parameters)
        let dh = z.backward(dz, &parameters)
        _ = h.backward(dh, &parameters)
      }
    )
  }

  private func target(_ view: Tensor, _ parameters: inout Parameters) -> Tensor {
    let h = encoder.forward(view, &parameters, .training)
    return projector.forward(h.y, &parameters, .training).y
  }
}

/// The symmetric loss is the mean of two.
private func halved(_ gradient: Tensor) -> Tensor {
  var half = gradient
  half.withMutableSpan { for index in $0.indices { $0[index] *= 0.5 } }
  return half
}
