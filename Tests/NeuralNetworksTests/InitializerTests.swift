import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct InitializerTests {
  /// One weight matrix (fanIn, outputs) by name "a", and more.
  private func layout(_ fanIn: Int, _ outputs: Int) -> ParameterLayout {
    var layout = ParameterLayout()
    _ = layout.claim("a", [fanIn, outputs], .weight(fanIn: fanIn))
    _ = layout.claim("scale", [3], .scale(initially: 0.25))
    _ = layout.claim("shift", [3], .shift)
    _ = layout.claim("bias", [200], .bias(fanIn: fanIn))
    return layout
  }

  private func weights(_ initializer: Initializer, _ fanIn: Int, _ outputs: Int, seed: UInt64 = 1) -> [Float]
  {
    Parameters(layout(fanIn, outputs), initializer: initializer, seed: seed).part("a", of: \.values)
  }

  @Test("He's weights are normal with variance 2 / fan-in", arguments: [8, 50])
  func he(fanIn: Int) {
    let count = 20_000
    let values = weights(.he, fanIn, count / fanIn).map { Double($0) * (Double(fanIn) / 2).squareRoot() }
    let moments = (1...4).map { power in
      values.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } } / Double(count)
    }
    // A standard normal's moments are 0, 1, 0, 3; their errors here 1/√count times 1, √2, √15, √96.
    let error = 5 / Double(count).squareRoot()
    #expect(abs(moments[0]) < error)
    #expect(abs(moments[1] - 1) < error * 1.42)
    #expect(abs(moments[2]) < error * 3.9)
    #expect(abs(moments[3] - 3) < error * 9.8)
  }

  @Test(
    "the shorter side's vectors are orthogonal, of length √2",
    arguments: [(27, 8), (9, 30), (16, 16), (5, 1)])
  func orthogonal(rows: Int, columns: Int) {
    let w = weights(.orthogonal, rows, columns).map(Double.init)
    let (vectors, length) = (min(rows, columns), max(rows, columns))
    func element(_ vector: Int, _ index: Int) -> Double {
      rows >= columns ? w[index * columns + vector] : w[vector * columns + index]
    }
    for a in 0..<vectors {
      for b in 0...a {
        let product = (0..<length).reduce(0) { $0 + element(a, $1) * element(b, $1) }
        #expect(abs(product - (a == b ? 2 : 0)) < 1e-6)
      }
    }
  }

  @Test("uniform weights and biases fill ±1/√fan-in", arguments: [4, 100])
  func uniform(fanIn: Int) {
    let parameters = Parameters(layout(fanIn, 10_000 / fanIn), initializer: .uniform, seed: 1)
    let bound = 1 / Double(fanIn).squareRoot()
    for (name, slack) in [("a", 0.99), ("bias", 0.9)] {
      let values = parameters.part(name, of: \.values).map(Double.init)
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      #expect(high <= bound * 1.0000001 && high > slack * bound)
      #expect(low >= -bound * 1.0000001 && low < -slack * bound)
    }
    let values = parameters.part("a", of: \.values).map(Double.init)
    let square = values.reduce(0) { $0 + $1 * $1 } / 10_000
    #expect(abs(square / (bound * bound / 3) - 1) < 0.05)
  }

  @Test func `zero is zero, and scales and shifts start where they are told`() {
    #expect(weights(.zero, 5, 7).allSatisfy { $0 == 0 })
    for initializer in Initializer.allCases {
      let parameters = Parameters(layout(5, 7), initializer: initializer, seed: 1)
      #expect(parameters.part("scale", of: \.values) == [0.25, 0.25, 0.25])
      #expect(parameters.part("shift", of: \.values) == [0, 0, 0])
      #expect(parameters.part("bias", of: \.values).allSatisfy { $0 == 0 } == (initializer != .uniform))
    }
  }

  @Test("the seed and the name decide the bits", arguments: Initializer.allCases.filter { $0 != .zero })
  func seeds(initializer: Initializer) {
    let first = weights(initializer, 6, 5)
    #expect(first == weights(initializer, 6, 5))
    #expect(first != weights(initializer, 6, 5, seed: 2))

    // Others in the layout, before or behind, change nothing; another name changes all.
    var layout = ParameterLayout()
    _ = layout.claim("before", [4, 4], .weight(fanIn: 4))
    _ = layout.claim("a", [6, 5], .weight(fanIn: 6))
    _ = layout.claim("b", [6, 5], .weight(fanIn: 6))
    let parameters = Parameters(layout, initializer: initializer, seed: 1)
    #expect(parameters.part("a", of: \.values) == first)
    #expect(parameters.part("b", of: \.values) != first)
  }
}
