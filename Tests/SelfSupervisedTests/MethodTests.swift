import NeuralNetworks
import SelfSupervised
import Tensors
import TestSupport
import Testing

@Suite struct MethodTests {
  /// A method under way: its own state is not what it began with.
  private func begun(_ configuration: TrainingConfiguration, _ parameters: Parameters) -> any Method {
    var method = configuration.network().method
    method.begin(with: parameters, pictures: 12)
    for (index, (name, tensor)) in method.state.sorted(by: { $0.key < $1.key }).enumerated() {
      // Like weights, for some of it is: a teacher's far from the student's.
      let other = Parameters(wild: parameters.layout, seed: 40 + UInt64(index)).values
      method.state[name] =
        tensor.shape == other.shape ? other : randomTensor(tensor.shape, 50 + UInt64(index))
    }
    return method
  }

  private func batch(_ request: ViewRequest, count: Int = 6, size: Int = 6) -> ViewBatch {
    let shape = [count, size, size, 3]
    return ViewBatch(
      views: (0..<request.views).map { randomTensor(shape, 1 + UInt64($0)) },
      mean: request.averaged > 0 ? randomTensor(shape, 30) : nil, places: Array((3..<3 + count).reversed()))
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
    for option in kind.options { #expect(option.allows(option.usual)) }
    let layout = MethodCase(name: kind.name) { _ in 0 }.configuration().network()
    let places = layout.method.predictorRange
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
    "BYOL with tau 0 is SimSiam, step for step and bit for bit",
    arguments: [[], ["asymmetric"]])
  func sameAsSimSiam(flags: [String]) {
    let options = Dictionary(uniqueKeysWithValues: flags.map { ($0, MethodValue.flag(true)) })
    let simsiam = MethodCase(name: "simsiam", options: options) { _ in 0 }.configuration()
    let byol = MethodCase(
      name: "byol",
      options: options.merging(["tau": .number(0), "tau-schedule": .word("constant")]) { $1 }
    ) { _ in 0 }.configuration()
    let layout = simsiam.network().layout
    #expect(byol.network().layout == layout)
    let ends = [simsiam, byol].map { configuration in
      var (student, method) = (Parameters(wild: layout), configuration.network().method)
      var optimizer = SGD(weightDecay: 5e-4, count: layout.count)
      method.begin(with: student, pictures: 12)
      let losses = (0..<4).map { step in
        let shape = [8, 6, 6, 3]
        let views = (0..<2).map { randomTensor(shape, UInt64(10 * step + $0)) }
        let batch = ViewBatch(views: views, places: Array(0..<8))
        student.clearGradients()
        let result = method.step(batch, &student)
        optimizer.step(&student, 0..<layout.count, rate: 0.05)
        method.follow(result, batch, student, step: step, of: 4)
        return result.loss
      }
      return (losses: losses, student: student)
    }
    #expect(ends[0].losses == ends[1].losses)
    #expect(sameBits(ends[0].student.values, ends[1].student.values))
    #expect(sameBits(ends[0].student.statistics, ends[1].student.statistics))
  }
}
