import SiamTensors

/// A linear encoder F(x) = W x trained on the essay's open question, ‖F(T(x)) − F(x̄)‖², with T(x) = x̄ + δ.
///
/// The mean gradient by W is 2 W Σ, with Σ the covariance of δ, with a stop-gradient on F(x̄) or without, since
/// E[δ x̄ᵀ] = 0. So W(t) = W₀ exp(−2 Σ t): directions that the augmentation changes die, the others stay. Two views,
/// ‖F(T₂(x)) − F(T₁(x))‖² without stop-gradient, have the gradient 4 W Σ and are twice as fast.
struct LinearMeanView: Sendable {
  /// The loss, and whether its target has a gradient.
  enum Rule: String, CaseIterable, Sendable, Encodable {
    case meanView, stopGradient, twoViews

    /// As figures and reports name it.
    var title: String {
      switch self {
      case .meanView: "mean view"
      case .stopGradient: "mean view, stop-gradient"
      case .twoViews: "two views"
      }
    }
    /// r of the decay exp(−r · variance · t).
    var rate: Double { self == .twoViews ? 4 : 2 }
  }

  /// W (outputs, coordinates).
  var weights: Matrix
  /// The variance of δ along each coordinate.
  let variances: [Double]

  init(outputs: Int, variances: [Double], using generator: inout CounterGenerator) {
    weights = Matrix(
      outputs, variances.count, deviation: 1 / Double(variances.count).squareRoot(), using: &generator)
    self.variances = variances
  }

  /// The length of each column of W: how much F depends on each coordinate.
  var lengths: [Double] {
    (0..<weights.columns).map { column in
      (0..<weights.rows).reduce(0) { sum, row in
        sum + weights.values[row * weights.columns + column] * weights.values[row * weights.columns + column]
      }.squareRoot()
    }
  }

  /// A step of stochastic gradient descent by the rule's gradient on a fresh batch.
  mutating func descend(_ rule: Rule, batch: Int, rate: Double, using generator: inout CounterGenerator) {
    let n = variances.count
    let centre = Matrix(n, batch, deviation: 1, using: &generator)
    func noise() -> Matrix {
      var noise = Matrix(n, batch, deviation: 1, using: &generator)
      for row in 0..<n {
        let deviation = variances[row].squareRoot()
        for column in 0..<batch { noise.values[row * batch + column] *= deviation }
      }
      return noise
    }
    let first = centre + noise()
    let second = rule == .twoViews ? centre + noise() : centre
    let error = weights * (first - second)
    // ∂‖error‖² / ∂W: through the view alone, or through both sides.
    let input = rule == .stopGradient ? first : first - second
    weights = weights - (2 * rate / Double(batch)) * (error * input.transposed)
  }
}
