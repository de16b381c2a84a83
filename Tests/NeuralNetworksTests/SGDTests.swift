import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct SGDTests {
  private func parameters(_ values: [Float]) -> Parameters {
    var layout = ParameterLayout()
    _ = layout.claim("w", [values.count], .shift)
    var parameters = Parameters(layout, initializer: .zero, seed: 0)
    parameters.values.values = values
    return parameters
  }

  @Test func `three steps with momentum and weight decay are PyTorch's`() throws {
    let reference = try Reference("layers")
    var network = try parameters(reference.values("sgd/value"))
    var optimizer = SGD(momentum: 0.9, weightDecay: 0.01, count: 9)
    let gradients: [Float] = try reference.values("sgd/gradients")
    for step in 0..<3 {
      network.gradients.values = Array(gradients[9 * step..<9 * step + 9])
      optimizer.step(&network, 0..<9, rate: 0.1)
    }
    let result: [Float] = try reference.values("sgd/result")
    #expect(relativeError(network.values.values, result) < 1e-6)
  }

  @Test func `a step moves its range alone, so that ranges have rates of their own`() {
    var network = parameters([1, 1, 1, 1])
    network.gradients.values = [1, 1, 1, 1]
    var optimizer = SGD(momentum: 0.5, weightDecay: 0, count: 4)
    optimizer.step(&network, 1..<3, rate: 0.5)
    #expect(network.values.values == [1, 0.5, 0.5, 1])
    #expect(optimizer.velocity.values == [0, 1, 1, 0])
    optimizer.step(&network, 0..<1, rate: 0.25)
    #expect(network.values.values == [0.75, 0.5, 0.5, 1])
  }

  @Test func `a velocity for another network is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      let range = layout.claim("w", [3], .shift)
      var network = Parameters(layout, initializer: .zero, seed: 0)
      var optimizer = SGD(weightDecay: 0, count: 4)
      optimizer.step(&network, range, rate: 1)
    }
  }
}

@Suite struct CosineScheduleTests {
  @Test func `the rate rises in a line and falls in half a cosine`() {
    let schedule = CosineSchedule(peak: 2, warmup: 4, steps: 14)
    #expect((0..<4).map(schedule.rate) == [0.5, 1, 1.5, 2])
    #expect(schedule.rate(at: 4) == 2)
    #expect(abs(schedule.rate(at: 9) - 1) < 1e-6)
    // A quarter of the way is (1 + √½) / 2 of the peak.
    let quarter = CosineSchedule(peak: 1, warmup: 0, steps: 8).rate(at: 2)
    #expect(abs(quarter - 0.853_553_4) < 1e-6)
    let rates = (4...14).map(schedule.rate)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
    #expect(schedule.rate(at: 14) == 0 && schedule.rate(at: 99) == 0)
  }

  @Test("a schedule without room for a fall does not fail", arguments: [(0, 0), (3, 3), (5, 2), (0, 1)])
  func degenerate(warmup: Int, steps: Int) {
    let schedule = CosineSchedule(peak: 1, warmup: warmup, steps: steps)
    #expect((0...6).allSatisfy { (0...1).contains(schedule.rate(at: $0)) })
  }
}
