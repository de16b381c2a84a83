import SiamTensors

/// A linear Siamese network: encoder W (d, n), predictor P (d, d), stop-gradient on the target.
///
/// Images x are standard normal in n dimensions, their views x + δ with δ of variance `noise` in each dimension. The
/// loss is E ||P W (x + δ₁) − stop(W (x + δ₂))||² / 2 with weight decay η on both.
/// Source: Tian, Chen, Ganguli (2021), theorem 1, with X = I, X' = σ² I, the target W itself and α_p = 1.
struct LinearSiamese: Sendable {
  /// W and P.
  var encoder, predictor: Matrix
  /// σ² and η.
  let noise, decay: Double

  /// A start near the invariant parabola W Wᵀ = P², with P nearly symmetric.
  ///
  /// - Parameters:
  ///   - start: the eigenvalues of P.
  ///   - departure: the deviation of random numbers added to W.
  ///   - asymmetry: the deviation of random numbers added to P.
  init(
    start: [Double], inputs: Int, noise: Double, decay: Double, departure: Double, asymmetry: Double,
    using generator: inout CounterGenerator
  ) {
    let d = start.count
    let basis = Matrix.orthonormal(d, d, using: &generator)
    let frame = Matrix.orthonormal(d, inputs, using: &generator)
    predictor = basis.transposed * Matrix(diagonal: start) * basis
    // W = P · frame has W Wᵀ = P², the parabola; a random part moves it off.
    encoder = predictor * frame + Matrix(d, inputs, deviation: departure, using: &generator)
    predictor = predictor + Matrix(d, d, deviation: asymmetry, using: &generator)
    (self.noise, self.decay) = (noise, decay)
  }

  /// The features' correlation, F = W Wᵀ.
  var correlation: Matrix { encoder * encoder.transposed }

  /// ||F P − P F||: 0 when predictor and correlation have the same eigenvectors.
  var misalignment: Double { (correlation * predictor - predictor * correlation).norm }

  /// ||P − Pᵀ||.
  var asymmetry: Double { (predictor - predictor.transposed).norm }

  /// W Wᵀ − Pᵀ P: decays as exp(−2 η t), whatever else happens.
  var invariant: Matrix { correlation - predictor.transposed * predictor }

  /// The negative gradients of the mean loss by W and P.
  func slope() -> (encoder: Matrix, predictor: Matrix) {
    let error = encoder - (1 + noise) * (predictor * encoder)
    return (
      predictor.transposed * error - decay * encoder, error * encoder.transposed - decay * predictor
    )
  }

  /// A Runge–Kutta step of the gradient flow.
  mutating func flow(by step: Double) {
    let (d, n) = (encoder.rows, encoder.columns)
    let next = rungeKuttaStep(encoder.values + predictor.values, step: step) { y in
      var there = self
      there.encoder = Matrix(d, n, Array(y[..<(d * n)]))
      there.predictor = Matrix(d, d, Array(y[(d * n)...]))
      let slope = there.slope()
      return slope.encoder.values + slope.predictor.values
    }
    encoder = Matrix(d, n, Array(next[..<(d * n)]))
    predictor = Matrix(d, d, Array(next[(d * n)...]))
  }

  /// A step of stochastic gradient descent on a fresh batch of images.
  mutating func descend(batch: Int, rate: Double, using generator: inout CounterGenerator) {
    let n = encoder.columns
    let images = Matrix(n, batch, deviation: 1, using: &generator)
    let first = images + Matrix(n, batch, deviation: noise.squareRoot(), using: &generator)
    let second = images + Matrix(n, batch, deviation: noise.squareRoot(), using: &generator)
    let features = encoder * first
    let error = encoder * second - predictor * features
    let share = rate / Double(batch)
    let change = (
      share * (predictor.transposed * error * first.transposed), share * (error * features.transposed)
    )
    encoder = encoder + change.0 - (rate * decay) * encoder
    predictor = predictor + change.1 - (rate * decay) * predictor
  }

  /// The eigenvalues other than 0 at which a mode of P can rest, p− (unstable) and p+; nil above the critical decay, where
  /// there is only 0.
  ///
  /// Source: Tian, Chen, Ganguli (2021), section 3.2: p± = [1 ± √(1 − 4 η (1 + σ²))] / (2 (1 + σ²)).
  static func restingPoints(noise: Double, decay: Double) -> (lower: Double, upper: Double)? {
    let square = 1 - 4 * decay * (1 + noise)
    guard square >= 0 else { return nil }
    let root = square.squareRoot()
    return ((1 - root) / (2 * (1 + noise)), (1 + root) / (2 * (1 + noise)))
  }

  /// The weight decay above which every mode dies.
  static func criticalDecay(noise: Double) -> Double { 1 / (4 * (1 + noise)) }

  /// The end of one mode on the parabola, p' = p² (1 − (1 + σ²) p) − η p, by Runge–Kutta until it rests.
  static func mode(from start: Double, noise: Double, decay: Double, time: Double, step: Double = 0.05)
    -> Double
  {
    var p = [start]
    for _ in 0..<Int(time / step) {
      let next = rungeKuttaStep(p, step: step) { y in
        [y[0] * y[0] * (1 - (1 + noise) * y[0]) - decay * y[0]]
      }
      if abs(next[0] - p[0]) < 1e-17 { break }
      p = next
    }
    return p[0]
  }
}
