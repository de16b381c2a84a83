import SiamTensors

/// A linear Siamese training on codes: encoder W (d, m), predictor Q (d, d), two views of an image in each step.
///
/// The loss is ‖Q W a₁ − W a₂‖² / 2 with weight decay η. With stop-gradient on the target, without noise and W aligned
/// with the eigenvectors of E[a₁a₂ᵀ], a mode of eigenvalue λ follows p' = p (p λ − p² − η), and survives where λ² > 4 η.
/// Source: Tian, Chen, Ganguli 2021, section 3, for views that are not isotropic.
struct SiameseCodes {
  /// What of the loss's gradient is followed.
  enum Kind: String, CaseIterable, Sendable, Encodable {
    case predictorAndStop = "predictor and stop-gradient"
    case withoutStop = "without stop-gradient"
    case withoutPredictor = "without predictor"
  }

  let kind: Kind
  let decay: Double
  var encoder, predictor: Matrix

  /// - Parameter start: the length of each row of W, and the diagonal of Q.
  init(
    _ kind: Kind, dimension: Int, inputs: Int, start: Double, decay: Double,
    using generator: inout CounterGenerator
  ) {
    (self.kind, self.decay) = (kind, decay)
    encoder = start * Matrix.orthonormal(dimension, inputs, using: &generator)
    predictor = Matrix(
      diagonal: [Double](repeating: kind == .withoutPredictor ? 1 : start, count: dimension))
  }

  /// A step on two views of some images, (batch, m) each; returns the loss by image.
  mutating func step(_ first: Matrix, _ second: Matrix, rate: Double) -> Double {
    let features = first * encoder.transposed
    let target = second * encoder.transposed
    // Rows are images: the prediction of row f is f Qᵀ.
    let error = features * predictor.transposed - target
    let share = rate / Double(first.rows)
    var slope = predictor.transposed * error.transposed * first
    if kind == .withoutStop { slope = slope - error.transposed * second }
    let ofPredictor = error.transposed * features
    encoder = (1 - rate * decay) * encoder - share * slope
    if kind != .withoutPredictor {
      predictor = (1 - rate * decay) * predictor - share * ofPredictor
    }
    return error.values.reduce(0) { $0 + $1 * $1 } / Double(2 * first.rows)
  }
}
