import Glibc
import SiamTensors

/// The dynamics of l = (φθx₁ − θx₂)² / 2 with an encoder of one weight θ and a predictor of one weight φ.
///
/// The views x₁ and x₂ are independent, of mean 1 and variance s (`noise`): E[x₁²] = 1 + s, E[x₁x₂] = 1. Without noise the
/// loss is the essay's (φθ − θ)² / 2. Source: Su (2020), section "Dynamics"; Tian, Chen, Ganguli (2021) for the noise.
struct ScalarFlow: Sendable {
  /// Which part of the gradient by θ is used: the prediction's, the target's, or both.
  enum Rule: String, CaseIterable, Sendable, Encodable {
    case stopGradient, both, targetOnly

    /// As figures and reports name it.
    var title: String {
      switch self {
      case .stopGradient: "with stop-gradient"
      case .both: "without stop-gradient"
      case .targetOnly: "the target's gradient alone"
      }
    }
  }

  /// The two weights.
  struct State: Sendable, Equatable, Encodable {
    /// φ of the predictor, θ of the encoder.
    var phi, theta: Double

    /// The larger absolute value.
    var size: Double { max(abs(phi), abs(theta)) }

    /// The larger absolute difference.
    func distance(to other: State) -> Double { max(abs(phi - other.phi), abs(theta - other.theta)) }
  }

  /// The essay's start.
  static let start = State(phi: 0.6, theta: 0.1)

  /// Which part of the gradient is used.
  let rule: Rule
  /// s, the variance of the views.
  var noise = 0.0

  /// The negative gradient of the mean loss, as far as the rule uses it.
  func slope(_ state: State) -> State {
    let (phi, theta) = (state.phi, state.theta)
    // E[(φθx₁ − θx₂)x₁] and E[(φθx₁ − θx₂)x₂].
    let (online, target) = (theta * (phi * (1 + noise) - 1), theta * (phi - (1 + noise)))
    let (first, second) = (-online * phi, target)
    switch rule {
    case .stopGradient: return State(phi: -online * theta, theta: first)
    case .both: return State(phi: -online * theta, theta: first + second)
    case .targetOnly: return State(phi: -online * theta, theta: second)
    }
  }

  /// A Runge–Kutta step of the gradient flow.
  func flowed(_ state: State, by step: Double) -> State {
    let next = rungeKuttaStep([state.phi, state.theta], step: step) { y in
      let slope = slope(State(phi: y[0], theta: y[1]))
      return [slope.phi, slope.theta]
    }
    return State(phi: next[0], theta: next[1])
  }

  /// A step of gradient descent.
  func descended(_ state: State, rate: Double) -> State {
    let slope = slope(state)
    return State(phi: state.phi + rate * slope.phi, theta: state.theta + rate * slope.theta)
  }

  /// The quantity that the flow without noise conserves: θ² − φ², θ² − (1 − φ)² or θ² / 2 + φ; the first one also with
  /// noise.
  func conserved(_ state: State) -> Double {
    let (phi, theta) = (state.phi, state.theta)
    switch rule {
    case .stopGradient: return theta * theta - phi * phi
    case .both: return theta * theta - (1 - phi) * (1 - phi)
    case .targetOnly: return theta * theta / 2 + phi
    }
  }

  /// Where the flow ends, by the conserved quantity.
  ///
  /// With stop-gradient φ goes to 1 / (1 + s) and θ to √(θ₀² − φ₀² + φ²) if that is real; otherwise θ reaches 0 and φ stays
  /// at √(φ₀² − θ₀²).
  /// - Precondition: no noise with the other rules; 0 < θ < 1 − φ at the start.
  func limit(from start: State) -> State {
    let conserved = conserved(start)
    switch rule {
    case .stopGradient:
      let phi = 1 / (1 + noise)
      let square = conserved + phi * phi
      return square > 0
        ? State(phi: phi, theta: square.squareRoot()) : State(phi: (-conserved).squareRoot(), theta: 0)
    case .both:
      precondition(noise == 0, "no closed form")
      return State(phi: 1 - (-conserved).squareRoot(), theta: 0)
    case .targetOnly:
      precondition(noise == 0, "no closed form")
      return State(phi: conserved, theta: 0)
    }
  }

  /// The noise above which θ goes to 0 even with stop-gradient.
  static func criticalNoise(from start: State) -> Double {
    1 / (start.phi * start.phi - start.theta * start.theta).squareRoot() - 1
  }

  /// The mean over the last half of the steps of stochastic gradient descent with stop-gradient, each step on two fresh
  /// views.
  func sampled(from start: State, steps: Int, rate: Double, seed: UInt64) -> State {
    var generator = CounterGenerator(seed, 0x7363_616C)
    let deviation = noise.squareRoot()
    var (state, sum) = (start, State(phi: 0, theta: 0))
    for step in 0..<steps {
      let radius = (-2 * log(1 - generator.fraction())).squareRoot()
      let angle = 2 * .pi * generator.fraction()
      let (x1, x2) = (1 + deviation * radius * cos(angle), 1 + deviation * radius * sin(angle))
      let error = state.phi * state.theta * x1 - state.theta * x2
      let (phi, theta) = (state.phi, state.theta)
      state.phi -= rate * error * theta * x1
      state.theta -= rate * error * phi * x1
      if step >= steps / 2 {
        sum.phi += state.phi
        sum.theta += state.theta
      }
    }
    let count = Double(steps - steps / 2)
    return State(phi: sum.phi / count, theta: sum.theta / count)
  }
}
