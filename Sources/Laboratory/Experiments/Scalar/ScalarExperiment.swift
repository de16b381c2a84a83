import SiamFeatures
import SiamTensors

/// The essay's toy: an encoder of one weight θ, a predictor of one weight φ, and l = (φθ − θ)² / 2.
package struct ScalarExperiment: Experiment {
  package static let name = "scalar"
  package static let summary =
    "The essay's toy of two weights: what stop-gradient changes, held to closed forms."
  package static let needsImages = false

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let seeds = conditions.seeds(quick: 3, full: 20)
    let flows = ScalarFlow.Rule.allCases.map(FlowResult.init)
    try conditions.progress("gradient descent")
    let descents = ScalarFlow.Rule.allCases.flatMap { rule in
      [0.1, 0.01].map { DescentResult(rule, rate: $0) }
    }
    var noisy: [NoiseResult] = []
    for noise in [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.8, 1.0] {
      try conditions.progress("noise \(noise)")
      noisy.append(NoiseResult(noise: noise, seeds: seeds, steps: conditions.isQuick ? 20_000 : 100_000))
    }
    let results = Results(flows: flows, descents: descents, noise: noisy)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        Does stop-gradient alone keep the smallest of models from collapse? The essay's model has an encoder of one \
        weight θ and a predictor of one weight φ: l = (φθ − θ)² / 2, from φ = 0.6, θ = 0.1. Collapse is θ = 0.
        """,
      method: """
        The gradient flow was integrated by Runge–Kutta steps of 0.01 until t = 200: with stop-gradient, without it, and \
        with the target's gradient alone; each also by gradient descent with rates 0.1 and 0.01 until t = 200. With noise, two views differ: \
        θ meets x₁ and x₂ of mean 1 and variance s; its mean flow was integrated until t = 2000, and followed by \
        stochastic gradient descent over fresh pairs in each step.
        """,
      findings: results.findings,
      limits: """
        The toy has no data, no width and no normalisation. It shows what the two gradients do, not that a network does \
        the same.
        """,
      figures: [results.essayFigure, results.accuracyFigure, results.noiseFigure], results: results)
  }

  /// All measurements.
  struct Results: Encodable, Sendable {
    /// One for each rule.
    let flows: [FlowResult]
    /// Two rates for each rule.
    let descents: [DescentResult]
    /// One for each variance.
    let noise: [NoiseResult]
  }

  /// The gradient flow of one rule.
  struct FlowResult: Encodable, Sendable {
    /// Which part of the gradient is used.
    let rule: ScalarFlow.Rule
    /// The last state, and the closed form.
    let end, predicted: ScalarFlow.State
    /// The largest change of the conserved quantity.
    let drift: Double
    /// The times of `path` and `drifts`: 0, 0.1, ... 40.
    let times: [Double]
    /// The state at those times.
    let path: [ScalarFlow.State]
    /// The change of the conserved quantity at those times.
    let drifts: [Double]

    init(_ rule: ScalarFlow.Rule) {
      let flow = ScalarFlow(rule: rule)
      let start = ScalarFlow.start
      let conserved = flow.conserved(start)
      var (state, drift) = (start, 0.0)
      var (times, path, drifts): ([Double], [ScalarFlow.State], [Double]) = ([0], [start], [0])
      for step in 1...20_000 {
        state = flow.flowed(state, by: 0.01)
        let off = abs(flow.conserved(state) - conserved)
        drift = max(drift, off)
        if step % 10 == 0, step <= 4000 {
          times.append(Double(step) / 100)
          path.append(state)
          drifts.append(off)
        }
      }
      (self.rule, end, predicted, self.drift) = (rule, state, flow.limit(from: start), drift)
      (self.times, self.path, self.drifts) = (times, path, drifts)
    }

    /// How far the end is from the closed form.
    var error: Double { end.distance(to: predicted) }
  }

  /// The same by gradient descent.
  struct DescentResult: Encodable, Sendable {
    /// Which part of the gradient is used.
    let rule: ScalarFlow.Rule
    /// The learning rate.
    let rate: Double
    /// The last state.
    let end: ScalarFlow.State
    /// How far the end is from the flow's limit.
    let error: Double
    /// The state every half unit of time until t = 40.
    let path: [ScalarFlow.State]

    init(_ rule: ScalarFlow.Rule, rate: Double) {
      let flow = ScalarFlow(rule: rule)
      var state = ScalarFlow.start
      var path = [state]
      let every = Int((0.5 / rate).rounded())
      for step in 1...Int((200 / rate).rounded()) {
        state = flow.descended(state, rate: rate)
        if step % every == 0, Double(step) * rate <= 40 { path.append(state) }
      }
      (self.rule, self.rate, end, self.path) = (rule, rate, state, path)
      error = state.distance(to: flow.limit(from: ScalarFlow.start))
    }
  }

  /// Gradient flow and stochastic gradient descent with noise between the views.
  struct NoiseResult: Encodable, Sendable {
    /// The variance s.
    let noise: Double
    /// The closed form, and the last state of the flow.
    let predicted, end: ScalarFlow.State
    /// θ at the end without stop-gradient.
    let withoutStopGradient: Double
    /// The mean over the last half of the steps, over the seeds.
    let stochasticPhi, stochasticTheta: Estimate

    init(noise: Double, seeds: [UInt64], steps: Int) {
      self.noise = noise
      let (flow, free) = (
        ScalarFlow(rule: .stopGradient, noise: noise), ScalarFlow(rule: .both, noise: noise)
      )
      predicted = flow.limit(from: ScalarFlow.start)
      var (state, other) = (ScalarFlow.start, ScalarFlow.start)
      for _ in 0..<20_000 {
        state = flow.flowed(state, by: 0.1)
        other = free.flowed(other, by: 0.1)
        // At rest nothing changes.
        if flow.slope(state).size < 1e-12, free.slope(other).size < 1e-12 { break }
      }
      (end, withoutStopGradient) = (state, other.theta)
      let ends = parallelMap(seeds.count) { index in
        flow.sampled(from: ScalarFlow.start, steps: steps, rate: 0.002, seed: seeds[index])
      }
      stochasticPhi = Estimate(ends.map(\.phi))
      stochasticTheta = Estimate(ends.map(\.theta))
    }
  }
}
