import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

/// Against PyTorch, where each method is written from its paper.
@Suite struct MethodReferenceTests {
  /// Under its name in the reference file.
  private static let cases: [(name: String, test: MethodCase)] = [
    ("no-stop-gradient", "simsiam", ["no-stop-gradient": .flag(true)], .all),
    ("only-target-gradient", "simsiam", ["only-target-gradient": .flag(true)], .all),
    ("no-predictor", "simsiam", ["no-predictor": .flag(true)], .all),
    ("asymmetric", "simsiam", ["asymmetric": .flag(true)], .hidden),
    ("byol", "byol", ["tau": .number(0.9)], .all),
    ("simclr", "simclr", ["temperature": .number(0.5)], .all),
    ("alternating", "alternating", ["alternation": .number(2)], .all),
    (
      "alternating-mean", "alternating",
      ["alternation": .number(1), "target-momentum": .number(0.8), "no-predictor": .flag(true)], .all
    ), ("mean-view", "mean-view", [:], .all),
    ("mean-view-moving", "mean-view", ["no-stop-gradient": .flag(true)], .none),
    ("directpred", "directpred", [:], .all),
  ].map { name, method, options, heads in
    (name, MethodCase(name: method, options: options, heads: heads) { _ in 0 })
  }

  @Test("five steps are PyTorch's: losses and weights", arguments: cases.indices)
  func steps(index: Int) throws {
    let (name, test) = Self.cases[index]
    let reference = try Reference("methods")
    let configuration = test.configuration(width: 2, size: 8, dimension: 8, hidden: 4)
    var (method, layout) = configuration.network()
    var network = try reference.parameters(layout, name + "/before/")
    var optimizer = SGD(momentum: 0.9, weightDecay: 5e-4, count: layout.count)
    let losses = try reference.values(name + "/losses", as: Double.self)
    let pictures = try reference.pictures("views").values
    let places = try reference.values("places", as: Int32.self).map { Int($0) }
    #expect(losses.count == 5)
    method.begin(with: network, pictures: 12)
    for (step, loss) in losses.enumerated() {
      let each = 8 * 8 * 8 * 3
      let views = (0..<3).map { view in
        Tensor([8, 8, 8, 3], Array(pictures[(3 * step + view) * each..<(3 * step + view + 1) * each]))
      }
      let request = method.request
      let batch = ViewBatch(
        views: Array(views[..<request.views]), mean: request.averaged > 0 ? views[2] : nil,
        places: Array(places[step * 8..<(step + 1) * 8]))
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
