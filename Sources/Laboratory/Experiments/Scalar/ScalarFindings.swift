import SiamFeatures
import SiamFigures
import SiamFiles

extension ScalarExperiment.Results {
  private func flow(_ rule: ScalarFlow.Rule) -> ScalarExperiment.FlowResult? {
    flows.first { $0.rule == rule }
  }

  /// The closed forms, with and without noise.
  var findings: [Finding] {
    var findings = flows.map { flow in
      let (end, limit) = (flow.end, flow.predicted)
      return Finding(
        "\(flow.rule.title), (φ, θ) ends at (\(decimal(limit.phi, places: 4)), \(decimal(limit.theta, places: 4)))",
        """
        It ends at (\(decimal(end.phi, places: 4)), \(decimal(end.theta, places: 4))), off by at most \
        \(significant(flow.error, 2)); the conserved quantity moved by at most \(significant(flow.drift, 2)).
        """, exact: max(flow.error, flow.drift), is: .below(Bound.exact))
    }
    findings.append(descentFinding)
    findings += noiseFindings
    return findings
  }

  /// Steps of a finite size conserve nothing exactly: the end moves in proportion to the rate.
  private var descentFinding: Finding {
    let ratios = ScalarFlow.Rule.allCases.compactMap { rule -> Double? in
      let errors = descents.filter { $0.rule == rule }.sorted { $0.rate > $1.rate }.map(\.error)
      return errors.count == 2 ? errors[0] / errors[1] : nil
    }
    let largest = descents.filter { $0.rate == 0.01 }.map(\.error).max() ?? .nan
    return Finding(
      "gradient descent ends where the flow does, but for an error in proportion to the rate",
      """
      At a rate of 0.01 the ends are within \(significant(largest, 2)); a rate ten times as large makes the error \
      \(ratios.map { decimal($0, places: 1) }.joined(separator: ", ")) times as large.
      """,
      .all(
        [Claim.below(Bound.descent).verdict(onExact: largest)]
          // Ten times, as the first order has it, and what the second adds.
          + ratios.map { Claim.within(7...14).verdict(onExact: $0) }))
  }

  private var noiseFindings: [Finding] {
    let critical = ScalarFlow.criticalNoise(from: ScalarFlow.start)
    let error = noise.map { $0.end.distance(to: $0.predicted) }.max() ?? .nan
    let dead = noise.filter { $0.noise > critical }.map(\.end.theta).max() ?? .nan
    let alive = noise.filter { $0.noise < critical }.map(\.end.theta).min() ?? .nan
    let missed = noise.filter { abs($0.noise - critical) > 0.15 }.map {
      $0.stochasticPhi.largestDistance(from: $0.predicted.phi)
    }
    let free = noise.map { abs($0.withoutStopGradient) }.max() ?? .nan
    return [
      Finding(
        "noise s moves the end to φ = 1 / (1 + s), θ = √(θ₀² − φ₀² + φ²)",
        """
        The mean flow ends within \(significant(error, 2)) of it for s from 0 to 1; no stochastic descent's φ is off by more than \
        \(significant(missed.max() ?? .nan, 2)).
        """,
        .all([
          Claim.below(Bound.exact).verdict(onExact: error),
          Claim.below(Bound.stochastic).verdict(onExact: missed.max() ?? .nan),
        ])),
      Finding(
        "above s = \(decimal(critical, places: 3)) there is no such θ, and stop-gradient does not save it",
        "θ ends at \(decimal(alive, places: 2)) or more for every smaller s tried, and at most \(significant(dead, 2)) for every larger one.",
        .all([
          Claim.below(Bound.exact).verdict(onExact: dead),
          Claim.above(Bound.size * ScalarFlow.start.theta).verdict(onExact: alive),
        ])),
      Finding(
        "without stop-gradient θ dies for every s", "The largest |θ| at the end is \(significant(free, 2)).",
        exact: free, is: .below(Bound.exact)),
    ]
  }

  /// The essay's two figures, the same for the third rule, and all three in one plane.
  var essayFigure: Figure {
    func panel(_ rule: ScalarFlow.Rule, _ title: String) -> Figure.Panel {
      let flow = flow(rule)
      let descent = descents.first { $0.rule == rule && $0.rate == 0.1 }
      func line(_ name: String, _ value: (ScalarFlow.State) -> Double, _ colour: Int) -> [Figure.Series] {
        let points = zip(flow?.times ?? [], flow?.path ?? []).map { Figure.Series.Point($0, value($1)) }
        let steps = (descent?.path ?? []).enumerated().filter { $0.offset % 8 == 0 }
        return [
          Figure.Series(name, .line, points, colour: colour),
          Figure.Series(
            "", .points, steps.map { .init(Double($0.offset) / 2, value($0.element)) }, colour: colour),
        ]
      }
      return Figure.Panel(
        title, x: .init("time t (step × rate)", in: 0...40), y: .init("weight", in: 0...1.05),
        series: line("predictor φ", { $0.phi }, 0) + line("encoder θ", { $0.theta }, 1),
        rules: [
          .init(
            .y(flow?.predicted.theta ?? 0), "limit of θ: \(decimal(flow?.predicted.theta ?? 0, places: 4))")
        ])
    }
    let plane = Figure.Panel(
      "The paths in the plane", x: .init("predictor φ"), y: .init("encoder θ", in: -0.02...0.9),
      series: flows.map { flow in
        Figure.Series(flow.rule.title, .line, flow.path.map { .init($0.phi, $0.theta) })
      })
    return Figure(
      "essay", title: "One weight each: φ(0) = 0.6, θ(0) = 0.1 (lines: flow, marks: descent at 0.1)",
      panels: [
        panel(.stopGradient, "With stop-gradient"), panel(.both, "Without stop-gradient"),
        panel(.targetOnly, "The target's gradient alone"), plane,
      ])
  }

  /// How exactly flow and descent keep to the closed forms.
  var accuracyFigure: Figure {
    let drift = Figure.Panel(
      "What the flow conserves (Runge–Kutta)", x: .init("time t", in: 0...40),
      y: .init("departure from its first value", .logarithmic, in: 1e-17...1e-8),
      series: flows.map { flow in
        Figure.Series(flow.rule.title, .line, zip(flow.times, flow.drifts).map { .init($0, max($1, 1e-17)) })
      })
    let ends = Figure.Panel(
      "Where gradient descent ends", x: .init("learning rate", .logarithmic, in: 0.005...0.2),
      y: .init("distance from the flow's limit", .logarithmic),
      series: ScalarFlow.Rule.allCases.map { rule in
        Figure.Series(
          rule.title, .pointsAndLine,
          descents.filter { $0.rule == rule }.sorted { $0.rate < $1.rate }.map { .init($0.rate, $0.error) })
      })
    return Figure("accuracy", title: "How exactly the toy keeps to its closed forms", panels: [drift, ends])
  }

  /// The ends of flow and descent by the variance of the noise.
  var noiseFigure: Figure {
    let critical = ScalarFlow.criticalNoise(from: ScalarFlow.start)
    let curve = (0...200).map { Double($0) / 200 }.map { noise in
      (noise, ScalarFlow(rule: .stopGradient, noise: noise).limit(from: ScalarFlow.start))
    }
    func panel(
      _ title: String, _ label: String, _ value: (ScalarFlow.State) -> Double,
      _ sampled: (ScalarExperiment.NoiseResult) -> Estimate
    ) -> Figure.Panel {
      Figure.Panel(
        title, x: .init("variance s of the noise between views", in: -0.03...1.03),
        y: .init(label, in: 0...1.05),
        series: [
          Figure.Series("closed form", .line, curve.map { .init($0.0, value($0.1)) }),
          Figure.Series("flow", .points, noise.map { .init($0.noise, value($0.end)) }, colour: 1),
          Figure.Series(
            "stochastic descent", .points,
            noise.map {
              let mean = sampled($0)
              return .init($0.noise, mean.mean, low: mean.low, high: mean.high)
            }, uncertainty: .vertical, colour: 2),
        ], rules: [.init(.x(critical), "s = \(decimal(critical, places: 3))")])
    }
    return Figure(
      "noise", title: "Noise between the views, with stop-gradient",
      panels: [
        panel("Predictor", "φ at the end", { $0.phi }, \.stochasticPhi),
        panel("Encoder", "θ at the end", { $0.theta }, \.stochasticTheta),
      ])
  }
}
