import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct MethodTests {
  /// A method under way: its own state is not what it began with.
  private func begun(_ configuration: TrainingConfiguration, _ parameters: Parameters) -> any Method {
    var method = configuration.network().method
    method.begin(with: parameters, images: 12)
    let names = method.state.keys.sorted()
    #expect(method.state.values.allSatisfy { $0.count > 0 })
    for (index, name) in names.enumerated() {
      guard let shape = method.state[name]?.shape else { continue }
      switch shape {
      // A network's values, far from the student's.
      case parameters.values.shape:
        method.state[name] = Parameters(wild: parameters.layout, seed: 40 + UInt64(index)).values
      case [12, configuration.dimension]:
        // By image, of which one was not seen yet.
        var rows = randomTensor(shape, 50)
        rows.withMutableSpan { for i in 0..<shape[1] { $0[4 * shape[1] + i] = 0 } }
        method.state[name] = rows
      default:
        // A matrix of which only symmetry is known.
        let draws = randomTensor(shape, 60 + UInt64(index)).values
        method.state[name] = Tensor(
          shape, draws.indices.map { draws[$0] + draws[$0 % shape[0] * shape[0] + $0 / shape[0]] })
      }
    }
    return method
  }

  @Test("whether there is a predictor is known without a network", arguments: MethodCase.all)
  func predictors(of test: MethodCase) {
    let configuration = test.configuration()
    let hasPredictor = configuration.methodType.hasPredictor(configuration.options)
    #expect(configuration.network().method.predictorRange.isEmpty != hasPredictor)
  }

  @Test(
    "a method's defaults make a training that is possible, and the loss has a meaning",
    arguments: methods.indices)
  func defaults(index: Int) {
    let configuration = TrainingConfiguration(methods[index])
    #expect(configuration.method == methods[index].name && configuration.impossibility == nil)
    let meaning = methods[index].meaning(ofLossIn: configuration)
    #expect(!meaning.name.isEmpty && meaning.best < meaning.chance ?? .infinity)
    var small = configuration
    small.use(methods[index])
    #expect(small.impossibility == nil && small.method == configuration.method)
  }

  private func batch(_ request: ViewRequest, count: Int = 6, size: Int = 6) -> ViewBatch {
    let shape = [count, size, size, 3]
    return ViewBatch(
      views: (0..<request.views).map { randomTensor(shape, 1 + UInt64($0)) },
      mean: request.averaged > 0 ? randomTensor(shape, 30) : nil, indices: Array((3..<3 + count).reversed()))
  }

  @Test("the whole step's gradient agrees with central differences", arguments: MethodCase.all)
  func gradients(of test: MethodCase) {
    let configuration = test.configuration()
    #expect(test.configuration(size: 16).impossibility == nil)
    let layout = configuration.network().layout
    var student = Parameters(wild: layout)
    let method = begun(configuration, student)
    let batch = batch(method.request)
    let values = student.values.values.map(Double.init)
    func loss(_ moving: [Double]) -> Double {
      test.loss(
        PlainStep(
          layout: layout, batch: batch, state: method.state, configuration: configuration, moving: moving,
          held: values))
    }
    let result = method.step(batch, &student)
    #expect(abs(result.loss - loss(values)) < 1e-5 * max(1, abs(result.loss)))
    let gradient = student.gradients.values
    for entry in layout.entries {
      let error = largestGradientError(gradient, at: values, varying: entry.range, directions: 1) { loss($0) }
      #expect(error < 1e-3, "\(entry.name)")
    }
    #expect(gradient.contains { abs($0) > 1e-3 })
  }

  @Test(
    "a method has its own name, options that are told apart, and a case above", arguments: methods.indices)
  func list(index: Int) {
    let kind = methods[index]
    #expect(method(named: kind.name).map { "\($0)" } == "\(kind)")
    #expect(Set(kind.options.map(\.name)).count == kind.options.count)
    #expect(MethodCase.all.contains { $0.name == kind.name })
    for option in kind.options { #expect(option.allows(option.defaultValue)) }
    let layout = MethodCase(name: kind.name) { _ in 0 }.configuration().network()
    let places = layout.method.predictorRange
    #expect(places.isEmpty != kind.hasPredictor(MethodValues()))
    #expect(places.upperBound == layout.layout.count)
    for entry in layout.layout.entries {
      #expect(entry.name.hasPrefix("predictor.") == places.contains(entry.range.lowerBound), "\(entry.name)")
    }
  }

  @Test(
    "the same bits on 1, 2 and 3 threads, and a step leaves the method as it is", arguments: MethodCase.all)
  func threads(of test: MethodCase) {
    let configuration = test.configuration(width: 5, size: 9, dimension: 33, hidden: 7)
    let steps = [1, 2, 3].map { threads in
      withThreadCount(threads) {
        var student = Parameters(wild: configuration.network().layout)
        var method = begun(configuration, student)
        let (batch, before) = (batch(method.request, count: 9, size: 9), method.state)
        let result = method.step(batch, &student)
        #expect(before.allSatisfy { name, tensor in method.state[name].map { sameBits($0, tensor) } == true })
        method.follow(result, batch, student, step: 3, of: 10)
        return (loss: result.loss, student: student, state: method.state)
      }
    }
    for step in steps {
      #expect(step.loss == steps[0].loss)
      #expect(sameBits(step.student.gradients, steps[0].student.gradients))
      #expect(sameBits(step.student.statistics, steps[0].student.statistics))
      #expect(Set(step.state.keys) == Set(steps[0].state.keys))
      for (name, tensor) in step.state {
        #expect(steps[0].state[name].map { sameBits($0, tensor) } == true, "\(name)")
      }
    }
  }

  @Test(
    "BYOL with tau 0, and an alternation at every step, are SimSiam, step for step and bit for bit",
    arguments: [[], ["asymmetric"]])
  func sameAsSimSiam(flags: [String]) {
    let options = Dictionary(uniqueKeysWithValues: flags.map { ($0, MethodValue.flag(true)) })
    let byol: [String: MethodValue] = ["tau": .number(0), "tau-schedule": .word("constant")]
    let alternating: [String: MethodValue] = ["alternation": .number(1)]
    let ends = [
      MethodRun("simsiam", options, steps: 4), MethodRun("byol", options.merging(byol) { $1 }, steps: 4),
      MethodRun("alternating", options.merging(alternating) { $1 }, steps: 4),
    ]
    for end in ends[1...] {
      #expect(end.losses == ends[0].losses)
      #expect(sameBits(end.parameters.values, ends[0].parameters.values))
      #expect(sameBits(end.parameters.statistics, ends[0].parameters.statistics))
    }
  }
}
