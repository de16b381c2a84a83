import SiamFiles
package import SiamTensors

/// What a place in `Parameters` is for, from which its first value and its kind follow.
package enum ParameterRole: Sendable, Equatable {
  /// A matrix (fanIn, outputs) of weights, drawn by the initialiser.
  case weight(fanIn: Int)
  /// A bias after `fanIn` inputs.
  case bias(fanIn: Int)
  /// The scale and shift of a normalisation; a scale may start at a value other than 1.
  case scale(initially: Float)
  case shift
}

/// The places that layers claim before there are numbers: names, shapes and ranges.
package struct ParameterLayout: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let shape: [Int]
    package let range: Range<Int>
    package let role: ParameterRole
  }
  /// Running statistics of normalisations: not trained, but part of the network.
  package struct Statistic: Sendable, Equatable {
    package let name: String
    package let range: Range<Int>
    package let initially: Float
  }

  package private(set) var entries: [Entry] = []
  package private(set) var statistics: [Statistic] = []
  /// The number of trained values, and of running statistics.
  package var count: Int { entries.last?.range.upperBound ?? 0 }
  package var statisticsCount: Int { statistics.last?.range.upperBound ?? 0 }

  package init() {}

  package mutating func claim(_ name: String, _ shape: [Int], _ role: ParameterRole) -> Range<Int> {
    let range = count..<count + shape.reduce(1, *)
    entries.append(Entry(name: name, shape: shape, range: range, role: role))
    return range
  }

  package mutating func claimStatistic(_ name: String, count: Int, initially value: Float) -> Range<Int> {
    let range = statisticsCount..<statisticsCount + count
    statistics.append(Statistic(name: name, range: range, initially: value))
    return range
  }
}

/// The numbers of a network: values, their gradients, and running statistics, each one flat array.
///
/// A copy is a second network (BYOL's teacher is one); an optimiser, a checkpoint and a moving average are each one
/// pass over an array.
package struct Parameters: Sendable {
  package let layout: ParameterLayout
  package var values: Tensor { didSet { prepared = nil } }
  package var gradients: Tensor
  package var statistics: Tensor
  /// The convolutions' weights laid out for their products, where somebody will use them more than once; gone when the
  /// values change.
  package var prepared: PreparedConvolutions?

  /// - Parameter seed: with an entry's name it decides that entry's values, whatever else is in the layout.
  package init(_ layout: ParameterLayout, initializer: Initializer, seed: UInt64) {
    self.layout = layout
    var values = [Float](repeating: 0, count: layout.count)
    for entry in layout.entries {
      var name = FNV1a()
      name.add(entry.name)
      var generator = CounterGenerator(seed, name.value)
      values.replaceSubrange(entry.range, with: initializer.values(for: entry, using: &generator))
    }
    self.values = Tensor([layout.count], values)
    gradients = Tensor(zeros: [layout.count])
    var statistics = [Float](repeating: 0, count: layout.statisticsCount)
    for statistic in layout.statistics {
      for index in statistic.range { statistics[index] = statistic.initially }
    }
    self.statistics = Tensor([layout.statisticsCount], statistics)
  }

  package mutating func clearGradients() {
    gradients = Tensor(zeros: [layout.count])
  }

  /// Whether no gradient is infinite or NaN, whose exponents are all ones. Bits, unlike sums, need no order.
  package var gradientsAreFinite: Bool {
    let exponent = Float.infinity.bitPattern
    return gradients.withSpan { all in
      var broken: UInt32 = 0
      for index in all.indices { broken |= all[index].bitPattern & exponent == exponent ? 1 : 0 }
      return broken == 0
    }
  }

  /// The values of one range, such as a layer's bias.
  func tensor(_ range: Range<Int>) -> Tensor {
    let part = Tensor(uninitialized: [range.count])
    unsafe part.buffer.base.update(from: values.buffer.base + range.lowerBound, count: range.count)
    return part
  }

  /// gradients[range] += sums, in place.
  mutating func addGradient(_ sums: [Float], to range: Range<Int>) {
    precondition(sums.count == range.count, "\(sums.count) sums for \(range.count) parameters")
    gradients.withMutableSpan { all in
      for index in sums.indices { all[range.lowerBound + index] += sums[index] }
    }
  }
}
