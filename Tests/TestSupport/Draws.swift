package import SiamNeuralNetworks
package import SiamTensors

/// Uniform numbers in `range`; the same for the same seed.
package func draws(_ count: Int, _ seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
  var generator = CounterGenerator(seed, UInt64(count))
  return (0..<count).map { _ in Float.random(in: range, using: &generator) }
}

/// A tensor of uniform numbers in −1...1.
package func randomTensor(_ shape: [Int], _ seed: UInt64) -> Tensor {
  Tensor(shape, draws(shape.reduce(1, *), seed))
}

extension Parameters {
  /// Parameters far from where training begins: scales of both signs, shifts and biases that are not zero, running
  /// statistics that are not (0, 1).
  package init(wild layout: ParameterLayout, seed: UInt64 = 1) {
    self.init(layout, initializer: .he, seed: seed)
    var all = values.values
    for (index, entry) in layout.entries.enumerated() {
      let count = entry.range.count
      switch entry.role {
      case .weight: continue
      case .scale(0): continue
      case .scale:
        let sizes = draws(count, seed + UInt64(index), in: 0.5...1.5)
        let signs = draws(count, seed + UInt64(index) + 1000)
        all.replaceSubrange(entry.range, with: zip(sizes, signs).map { $1 < -0.5 ? -$0 : $0 })
      case .shift, .bias:
        all.replaceSubrange(entry.range, with: draws(count, seed + UInt64(index), in: -0.5...0.5))
      }
    }
    values.values = all
    statistics.values = draws(layout.statisticsCount, seed + 2000, in: 0.25...2)
  }

  /// The part of `array`, one of this network's own, that belongs to an entry.
  package func part(_ name: String, of array: KeyPath<Parameters, Tensor>) -> [Float] {
    guard let entry = layout.entries.first(where: { $0.name == name }) else { return [] }
    return Array(self[keyPath: array].values[entry.range])
  }
}
