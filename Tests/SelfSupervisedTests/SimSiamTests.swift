import NeuralNetworks
import SelfSupervised
import Tensors
import TestSupport
import Testing

@Suite struct SimSiamTests {
  /// SimSiam on `tiny`, and where its parameters are.
  private func method(
    width: Int = 2, size: Int = 6, dimension: Int = 5, hidden: Int = 3, layers: Int = 2
  ) -> (method: SimSiam, layout: ParameterLayout) {
    var layout = ParameterLayout()
    let method = SimSiam(
      encoder: EncoderConfiguration(preset: .tiny, width: width, size: size), dimension: dimension,
      hidden: hidden, projectorLayers: layers, in: &layout)
    return (method, layout)
  }

  private func views(batch: Int, size: Int = 6) -> (Tensor, Tensor) {
    (randomTensor([batch, size, size, 3], 1), randomTensor([batch, size, size, 3], 2))
  }

  /// The loss in double precision. `targets` decides the numbers of the network that makes z; nil lets z move too.
  private func loss(
    _ layout: ParameterLayout, _ views: (Tensor, Tensor), _ values: [Double], targets: [Double]?
  ) -> Double {
    func map(_ view: Tensor) -> PlainMap {
      PlainMap(view.shape[0], view.shape[1], view.shape[2], 3, view.values.map(Double.init))
    }
    func z(_ view: Tensor, _ values: [Double]) -> PlainMap {
      let network = PlainNetwork(layout, values)
      return network.projected(network.tiny(map(view)))
    }
    func distance(_ p: PlainMap, _ z: PlainMap) -> Double {
      -(0..<p.batch).reduce(0) { sum, row in
        let range = row * p.channels..<(row + 1) * p.channels
        let (a, b) = (p.values[range], z.values[range])
        let lengths = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }
        return sum + zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / lengths.squareRoot()
      } / Double(p.batch)
    }
    let online = PlainNetwork(layout, values)
    let (z1, z2) = (z(views.0, values), z(views.1, values))
    let (t1, t2) = targets.map { (z(views.0, $0), z(views.1, $0)) } ?? (z1, z2)
    return (distance(online.predicted(z1), t2) + distance(online.predicted(z2), t1)) / 2
  }

  @Test("the whole step's gradient agrees with central differences that hold the targets", arguments: [2, 3])
  func gradients(layers: Int) {
    let (method, layout) = method(layers: layers)
    var student = Parameters(wild: layout)
    let views = views(batch: 6)
    let values = student.values.values.map(Double.init)
    let result = method.step(views, &student)
    #expect(abs(result.loss - loss(layout, views, values, targets: values)) < 1e-5)
    let gradient = student.gradients.values
    for entry in layout.entries {
      let error = largestGradientError(gradient, at: values, varying: entry.range, directions: 1) {
        loss(layout, views, $0, targets: values)
      }
      #expect(error < 1e-3, "\(entry.name)")
    }
    // Without the stop-gradient it is another gradient, which this check would tell.
    let moving = largestGradientError(gradient, at: values, directions: 2) {
      loss(layout, views, $0, targets: nil)
    }
    #expect(moving > 0.01)
  }

  @Test func `a step with a teacher follows that teacher's targets`() {
    let (method, layout) = method()
    var student = Parameters(wild: layout)
    let teacher = Parameters(wild: layout, seed: 5)
    let views = views(batch: 6)
    let (values, targets) = (student.values.values.map(Double.init), teacher.values.values.map(Double.init))
    let result = method.step(views, &student, teacher: teacher)
    #expect(abs(result.loss - loss(layout, views, values, targets: targets)) < 1e-5)
    let error = largestGradientError(student.gradients.values, at: values) {
      loss(layout, views, $0, targets: targets)
    }
    #expect(error < 1e-3)
  }

  @Test("SimSiam is BYOL with teacher = student, bit for bit", arguments: [1, 8, 19])
  func teacher(batch: Int) {
    let (method, layout) = method(width: 3, size: 9)
    var (alone, taught) = (Parameters(wild: layout), Parameters(wild: layout))
    var (first, second) = (
      SGD(weightDecay: 5e-4, count: layout.count), SGD(weightDecay: 5e-4, count: layout.count)
    )
    for step in 0..<3 {
      let size = [batch, 9, 9, 3]
      let views = (randomTensor(size, UInt64(2 * step)), randomTensor(size, UInt64(2 * step + 1)))
      alone.clearGradients()
      taught.clearGradients()
      let a = method.step(views, &alone)
      let b = method.step(views, &taught, teacher: taught)
      #expect(a.loss == b.loss)
      #expect(sameBits(a.output, b.output))
      #expect(sameBits(alone.gradients, taught.gradients))
      first.step(&alone, 0..<layout.count, rate: 0.05)
      second.step(&taught, 0..<layout.count, rate: 0.05)
    }
    #expect(sameBits(alone.values, taught.values))
    #expect(sameBits(alone.statistics, taught.statistics))
  }

  @Test func `five steps are PyTorch's: losses, weights and running statistics`() throws {
    let reference = try Reference("simsiam")
    let (method, layout) = method(width: 8, size: 16, dimension: 32, hidden: 8)
    var network = try reference.parameters(layout, "before/")
    var optimizer = SGD(momentum: 0.9, weightDecay: 5e-4, count: layout.count)
    let losses = try reference.values("losses", as: Double.self)
    let pictures = try reference.pictures("views")
    let each = 8 * 16 * 16 * 3
    func view(_ step: Int, _ index: Int) -> Tensor {
      let start = (2 * step + index) * each
      return Tensor([8, 16, 16, 3], Array(pictures.values[start..<start + each]))
    }
    #expect(losses.count == 5)
    for (step, loss) in losses.enumerated() {
      network.clearGradients()
      let result = method.step((view(step, 0), view(step, 1)), &network)
      #expect(abs(result.loss - loss) < 1e-5 * abs(loss))
      optimizer.step(&network, 0..<layout.count, rate: 0.05)
    }
    #expect(try reference.largestError(network, \.values, "after/") < 1e-5)
    // The predictor's normalisation sees means of 0, by the projector's: their error is held against 0.1.
    #expect(try reference.largestStatisticError(network, "statistic/", floor: 0.1) < 1e-5)
    // The steps went somewhere: the bound above is not met by the weights they began with.
    #expect(try reference.largestError(reference.parameters(layout, "before/"), \.values, "after/") > 1e-2)
  }

  @Test func `a step gives the same bits on 1, 2 and 3 threads`() {
    let (method, layout) = method(width: 5, size: 9, dimension: 33, hidden: 7)
    let views = views(batch: 37, size: 9)
    let steps = [1, 2, 3].map { threads in
      withThreadCount(threads) {
        var student = Parameters(wild: layout)
        let result = method.step(views, &student)
        return (loss: result.loss, student: student)
      }
    }
    for step in steps {
      #expect(step.loss == steps[0].loss)
      #expect(sameBits(step.student.gradients, steps[0].student.gradients))
      #expect(sameBits(step.student.statistics, steps[0].student.statistics))
    }
  }

  @Test(
    "the loss stays within −1 and 1, and finite for one picture of one pixel", arguments: [1, 4], [1, 6])
  func extremes(batch: Int, size: Int) {
    let (method, layout) = method(size: size)
    var student = Parameters(layout, initializer: .he, seed: 1)
    let result = method.step(views(batch: batch, size: size), &student)
    #expect(abs(result.loss) <= 1)
    #expect(result.output.shape == [batch, 5])
    #expect(student.gradients.values.allSatisfy { $0.isFinite })
    #expect(student.statistics.values.allSatisfy { $0.isFinite })
  }

  @Test func `the predictor's places are the last ones, and its alone`() {
    let (method, layout) = method()
    let inside = layout.entries.filter { method.predictorRange.contains($0.range.lowerBound) }
    #expect(inside.allSatisfy { $0.name.hasPrefix("predictor.") })
    #expect(inside.count == layout.entries.count { $0.name.hasPrefix("predictor.") })
    #expect(method.predictorRange.upperBound == layout.count)
  }

  @Test func `the output is the projector's, for the first view`() {
    let (method, layout) = method()
    var (student, copy) = (Parameters(wild: layout), Parameters(wild: layout))
    let views = views(batch: 4)
    let output = method.step(views, &student).output.values
    let features = method.encoder.forward(views.0, &copy, .training).y
    #expect(output == method.projector.forward(features, &copy, .training).y.values)
  }
}
