import Glibc
import Testing

@testable import SiamLaboratory

@Suite struct ScalarFlowTests {
  typealias State = ScalarFlow.State

  @Test(
    "each rule ends where what it conserves says",
    arguments: [
      (ScalarFlow.Rule.stopGradient, 1.0, 0.806_225_774_829_855),
      (.both, 0.612_701_665_379_258_3, 0.0),
      (.targetOnly, 0.605, 0.0),
    ])
  func limits(rule: ScalarFlow.Rule, phi: Double, theta: Double) {
    let flow = ScalarFlow(rule: rule)
    let predicted = flow.limit(from: ScalarFlow.start)
    #expect(predicted.distance(to: State(phi: phi, theta: theta)) < 1e-12)
    var state = ScalarFlow.start
    let conserved = flow.conserved(state)
    for _ in 0..<20_000 {
      state = flow.flowed(state, by: 0.01)
      #expect(abs(flow.conserved(state) - conserved) < 1e-9)
    }
    #expect(state.distance(to: predicted) < 1e-9)
  }

  @Test("the slope is that of the mean loss", arguments: [0, 0.5], ScalarFlow.Rule.allCases)
  func slope(noise: Double, rule: ScalarFlow.Rule) {
    // E[(φθx₁ − ψx₂)²] / 2 with the target's weight ψ apart: (φ²θ²(1 + s) − 2φθψ + ψ²(1 + s)) / 2.
    func loss(_ phi: Double, _ theta: Double, _ target: Double) -> Double {
      (phi * phi * theta * theta * (1 + noise) - 2 * phi * theta * target + target * target * (1 + noise)) / 2
    }
    let (phi, theta, h) = (0.7, 0.3, 1e-5)
    let byPhi = (loss(phi + h, theta, theta) - loss(phi - h, theta, theta)) / (2 * h)
    let online = (loss(phi, theta + h, theta) - loss(phi, theta - h, theta)) / (2 * h)
    let target = (loss(phi, theta, theta + h) - loss(phi, theta, theta - h)) / (2 * h)
    let byTheta = rule == .stopGradient ? online : rule == .both ? online + target : target
    let slope = ScalarFlow(rule: rule, noise: noise).slope(State(phi: phi, theta: theta))
    #expect(abs(slope.phi + byPhi) < 1e-9 && abs(slope.theta + byTheta) < 1e-9)
  }

  @Test("with noise the predictor shrinks, and above a critical noise θ dies", arguments: [0.25, 0.6, 0.8])
  func noise(noise: Double) {
    let flow = ScalarFlow(rule: .stopGradient, noise: noise)
    var state = ScalarFlow.start
    for _ in 0..<60_000 { state = flow.flowed(state, by: 0.05) }
    #expect(state.distance(to: flow.limit(from: ScalarFlow.start)) < 1e-9)
    let critical = 1 / 0.35.squareRoot() - 1
    #expect(abs(ScalarFlow.criticalNoise(from: ScalarFlow.start) - critical) < 1e-12)
    if noise < critical {
      #expect(abs(state.phi - 1 / (1 + noise)) < 1e-9)
      #expect(abs(state.theta - (0.01 - 0.36 + pow(1 + noise, -2)).squareRoot()) < 1e-9)
    } else {
      #expect(state.theta < 1e-9)
    }
  }

  @Test func `stochastic descent follows the mean flow, the same for the same seed`() {
    let flow = ScalarFlow(rule: .stopGradient, noise: 0.25)
    let end = flow.sampled(from: ScalarFlow.start, steps: 40_000, rate: 0.002, seed: 3)
    #expect(end.distance(to: flow.limit(from: ScalarFlow.start)) < 0.05)
    #expect(
      flow.sampled(from: ScalarFlow.start, steps: 1000, rate: 0.002, seed: 3)
        == flow.sampled(from: ScalarFlow.start, steps: 1000, rate: 0.002, seed: 3))
    #expect(
      flow.sampled(from: ScalarFlow.start, steps: 1000, rate: 0.002, seed: 4)
        != flow.sampled(from: ScalarFlow.start, steps: 1000, rate: 0.002, seed: 3))
  }
}
