import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

/// Against PyTorch, where each method is written from its paper.
@Suite struct MethodReferenceTests {
  /// A method with its choices, as the reference file's metadata lists them.
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name, method: String
    let options: [String: MethodValue]
    let heads: HeadNormalization
    let layers: Int

    var testDescription: String { name }
  }

  private static let cases: [Case] = (try? Reference("methods").metadata("cases")) ?? []

  @Test func `every method has a case`() {
    #expect(Set(Self.cases.map(\.method)) == Set(methods.map { $0.name }))
  }

  @Test("five steps are PyTorch's: losses and weights", arguments: cases)
  func steps(of test: Case) throws {
    let name = test.name
    let reference = try Reference("methods")
    let configuration = MethodCase(
      name: test.method, options: test.options, heads: test.heads, layers: test.layers
    ) { _ in 0 }.configuration(width: 2, size: 8, dimension: 8, hidden: 4)
    var (method, layout) = configuration.network()
    var network = try reference.parameters(layout, name + "/before/")
    var optimizer = SGD(momentum: 0.9, weightDecay: 5e-4, count: layout.count)
    let losses = try reference.values(name + "/losses", as: Double.self)
    let images = try reference.images("views").values
    let places = try reference.values("places", as: Int32.self).map { Int($0) }
    #expect(losses.count == 5)
    method.begin(with: network, images: 12)
    for (step, loss) in losses.enumerated() {
      let each = 8 * 8 * 8 * 3
      let views = (0..<3).map { view in
        Tensor([8, 8, 8, 3], Array(images[(3 * step + view) * each..<(3 * step + view + 1) * each]))
      }
      let request = method.request
      let batch = ViewBatch(
        views: Array(views[..<request.views]), mean: request.averaged > 0 ? views[2] : nil,
        indices: Array(places[step * 8..<(step + 1) * 8]))
      network.clearGradients()
      let result = method.step(batch, &network)
      #expect(abs(result.loss - loss) < 1e-4 * max(abs(loss), 0.1), "step \(step)")
      optimizer.step(&network, 0..<layout.count, rate: 0.05)
      method.follow(result, batch, network, step: step, of: 10)
    }
    #expect(try reference.largestError(network, \.values, name + "/after/") < 1e-4)
    // The steps went somewhere: the bound above is not met by the weights they began with.
    let before = try reference.parameters(layout, name + "/before/")
    #expect(try reference.largestError(before, \.values, name + "/after/") > 1e-2)
  }
}
