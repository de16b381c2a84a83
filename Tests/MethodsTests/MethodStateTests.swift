import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

/// What methods keep from step to step.
@Suite struct MethodStateTests {
  @Test(
    "BYOL's teacher moves by 1 − tau, which goes to 0 along half a cosine", arguments: ["cosine", "constant"])
  func teacher(schedule: String) throws {
    let options: [String: MethodValue] = ["tau": .number(0.9), "tau-schedule": .word(schedule)]
    let all = MethodRun("byol", options, steps: 4)
    // (1 + cos(πk/4)) / 2 at k = 0, 1, 2, 3.
    let shares = schedule == "cosine" ? [1, 0.853_553_39, 0.5, 0.146_446_61] : [1, 1, 1, 1]
    for step in 0..<4 {
      let (before, after) = try (
        #require(all.states[step]["teacher"]).values, #require(all.states[step + 1]["teacher"]).values
      )
      let (student, move) = (all.values[step + 1].values, 0.1 * shares[step])
      let expected = before.indices.map { i -> Double in
        let old = Double(before[i])
        return old + move * (Double(student[i]) - old)
      }
      #expect(relativeError(after, expected) < 1e-6)
    }
    #expect(try sameBits(#require(all.states[0]["teacher"]), all.values[0]))
  }

  @Test func `an alternation holds the network for its steps, and then takes the present one`() throws {
    let all = MethodRun("alternating", ["alternation": .number(3)], steps: 7)
    for step in 0...7 {
      #expect(try sameBits(#require(all.states[step]["network"]), all.values[step / 3 * 3]), "\(step)")
    }
    #expect(!sameBits(all.values[3], all.values[0]))
  }

  @Test func `a picture's target is its first output, and then a moving mean`() throws {
    let options: [String: MethodValue] = ["alternation": .number(1), "target-momentum": .number(0.75)]
    let all = MethodRun("alternating", options, steps: 5)
    var expected = [[Double]?](repeating: nil, count: 12)
    for step in 0..<5 {
      let (a, b) = (all.results[step].outputs[0].values, all.results[step].outputs[1].values)
      for row in 0..<8 {
        let mean = (0..<5).map { i -> Double in (Double(a[row * 5 + i]) + Double(b[row * 5 + i])) / 2 }
        let place = (row + 2 * step) % 12
        if let old = expected[place] {
          expected[place] = (0..<5).map { i -> Double in 0.75 * old[i] + 0.25 * mean[i] }
        } else {
          expected[place] = mean
        }
      }
      let kept = try #require(all.states[step + 1]["targets"]).values
      #expect(relativeError(kept, expected.flatMap { $0 ?? [0, 0, 0, 0, 0] }) < 1e-6)
    }
    #expect(expected.allSatisfy { $0 != nil })
  }

  @Test("DirectPred's predictor has the correlation's eigenvectors and their roots", arguments: [1, 2])
  func predictor(every: Int) throws {
    let options: [String: MethodValue] = [
      "correlation-momentum": .number(0.6), "eigenvalue-floor": .number(0.2),
      "predictor-every": .number(Double(every)),
    ]
    let all = MethodRun("directpred", options, steps: 4)
    var correlation = [Double](repeating: 0, count: 25)
    for step in 0..<4 {
      let present = meanSquare(all.results[step].outputs)
      for i in 0..<25 { correlation[i] = 0.6 * correlation[i] + 0.4 * present[i] }
      let state = all.states[step + 1]
      #expect(try relativeError(#require(state["correlation"]).values, correlation) < 1e-5)
      let predictor = try #require(state["predictor"])
      guard (step + 1) % every == 0 else {
        #expect(try sameBits(predictor, #require(all.states[step]["predictor"])))
        continue
      }
      // Without the floor, the predictor's square is the correlation by its largest eigenvalue.
      var root = predictor.values.map(Double.init)
      for i in 0..<5 { root[6 * i] -= 0.2 }
      let square = product(root, root)
      let largest = correlation[0] / square[0]
      #expect(relativeError(square.map { Float($0 * largest) }, correlation) < 1e-4)
      // Of the root, which has no negative eigenvalue, that is 1: by the power method.
      var (vector, length) = ([1, 0.9, 0.8, -0.7, 0.6], 0.0)
      for _ in 0..<300 {
        vector = (0..<5).map { row in dot(Array(root[row * 5..<row * 5 + 5]), vector) }
        length = dot(vector, vector).squareRoot()
        vector = vector.map { $0 / length }
      }
      #expect(abs(length - 1) < 1e-3)
      #expect((0..<5).allSatisfy { root[6 * $0] > -1e-6 })
    }
  }

  private func product(_ a: [Double], _ b: [Double]) -> [Double] {
    (0..<25).map { i in dot(Array(a[i / 5 * 5..<i / 5 * 5 + 5]), (0..<5).map { b[$0 * 5 + i % 5] }) }
  }

  /// The mean of z zᵀ over all rows.
  private func meanSquare(_ outputs: [Tensor]) -> [Double] {
    let all = outputs.flatMap { $0.values.map(Double.init) }
    let columns = (0..<5).map { column in stride(from: column, to: all.count, by: 5).map { all[$0] } }
    return (0..<25).map { dot(columns[$0 / 5], columns[$0 % 5]) / Double(all.count / 5) }
  }
}

/// Some steps of a method, each with views of its own, and all that was on the way: `states` and `values` from before
/// the first step on.
struct MethodRun {
  private(set) var losses: [Double] = []
  private(set) var results: [StepResult] = []
  private(set) var states: [[String: Tensor]] = []
  private(set) var values: [Tensor] = []
  private(set) var parameters: Parameters

  init(_ name: String, _ options: [String: MethodValue], steps: Int) {
    var (method, layout) = MethodCase(name: name, options: options) { _ in 0 }.configuration().network()
    parameters = Parameters(wild: layout)
    var optimizer = SGD(weightDecay: 5e-4, count: layout.count)
    method.begin(with: parameters, images: 12)
    (states, values) = ([method.state], [parameters.values])
    for step in 0..<steps {
      let views = (0..<2).map { randomTensor([8, 6, 6, 3], UInt64(10 * step + $0)) }
      let batch = ViewBatch(views: views, indices: (0..<8).map { ($0 + 2 * step) % 12 })
      parameters.clearGradients()
      let result = method.step(batch, &parameters)
      optimizer.step(&parameters, 0..<layout.count, rate: 0.05)
      method.follow(result, batch, parameters, step: step, of: steps)
      losses.append(result.loss)
      results.append(result)
      states.append(method.state)
      values.append(parameters.values)
    }
  }
}
