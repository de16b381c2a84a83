import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct SimSiamTests {
  /// SimSiam on `tiny`, and where its parameters are.
  private func method(
    width: Int = 2, size: Int = 6, dimension: Int = 5, hidden: Int = 3, options: [String: MethodValue] = [:]
  ) -> (method: SimSiam, layout: ParameterLayout) {
    var layout = ParameterLayout()
    let configuration = MethodCase(name: "simsiam", options: options) { _ in 0 }.configuration(
      width: width, size: size, dimension: dimension, hidden: hidden)
    let method = SimSiam(configuration, in: &layout)
    return (method, layout)
  }

  private func views(batch: Int, size: Int = 6) -> ViewBatch {
    let shape = [batch, size, size, 3]
    return ViewBatch(views: [randomTensor(shape, 1), randomTensor(shape, 2)], indices: Array(0..<batch))
  }

  @Test func `five steps are PyTorch's: losses, weights and running statistics`() throws {
    let reference = try Reference("simsiam")
    let (method, layout) = method(width: 8, size: 16, dimension: 32, hidden: 8)
    var network = try reference.parameters(layout, "before/")
    var optimizer = SGD(momentum: 0.9, weightDecay: 5e-4, count: layout.count)
    let losses = try reference.values("losses", as: Double.self)
    let images = try reference.images("views")
    let each = 8 * 16 * 16 * 3
    func view(_ step: Int, _ index: Int) -> Tensor {
      let start = (2 * step + index) * each
      return Tensor([8, 16, 16, 3], Array(images.values[start..<start + each]))
    }
    #expect(losses.count == 5)
    for (step, loss) in losses.enumerated() {
      network.clearGradients()
      let result = method.step(
        ViewBatch(views: [view(step, 0), view(step, 1)], indices: Array(0..<8)), &network)
      #expect(abs(result.loss - loss) < 1e-5 * abs(loss))
      optimizer.step(&network, 0..<layout.count, rate: 0.05)
    }
    #expect(try reference.largestError(network, \.values, "after/") < 1e-5)
    // The predictor's normalisation sees means of 0, by the projector's: their error is held against 0.1.
    #expect(try reference.largestStatisticError(network, "statistic/", floor: 0.1) < 1e-5)
    // The steps went somewhere: the bound above is not met by the weights they began with.
    #expect(try reference.largestError(reference.parameters(layout, "before/"), \.values, "after/") > 1e-2)
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

  @Test func `the output is the projector's, for the first view`() {
    let (method, layout) = method()
    var (student, copy) = (Parameters(wild: layout), Parameters(wild: layout))
    let views = views(batch: 4)
    let output = method.step(views, &student).output.values
    let features = method.network.encoder.forward(views.views[0], &copy, .training).y
    #expect(output == method.network.projector.forward(features, &copy, .training).y.values)
  }

  @Test func `the gradients of both terms sum to that without stop-gradient`() {
    func gradient(_ flags: [String]) -> [Float] {
      let (method, layout) = method(
        options: Dictionary(uniqueKeysWithValues: flags.map { ($0, .flag(true)) }))
      var student = Parameters(wild: layout)
      _ = method.step(views(batch: 7), &student)
      return Array(student.gradients.values[..<method.predictorRange.lowerBound])
    }
    let (first, second) = (gradient([]), gradient(["only-target-gradient"]))
    let both = gradient(["no-stop-gradient"])
    #expect(relativeError(zip(first, second).map { $0 + $1 }, both) < 1e-5)
    #expect(relativeError(first, both) > 0.01 && relativeError(second, both) > 0.01)
  }
}
