import SiamFiles
package import SiamTensors

/// What an entry of `Parameters` is for, from which its first values follow.
package enum ParameterRole: Sendable, Equatable {
  /// A matrix (fanIn, outputs) of weights, drawn by the initialiser.
  case weight(fanIn: Int)
  /// A bias after `fanIn` inputs.
  case bias(fanIn: Int)
  /// The scale of a normalisation, which may start at a value other than 1.
  case scale(initially: Float)
  /// The shift of a normalisation, which starts at 0.
  case shift
}

/// The entries that layers claim before there are values: names, shapes and ranges.
package struct ParameterLayout: Sendable, Equatable {
  /// Values that are trained, such as a weight.
  package struct Entry: Sendable, Equatable {
    /// Such as "encoder.stem.conv.weight".
    package let name: String
    /// Weights are (kernel, kernel, inputs, outputs) or (inputs, outputs), all else is (channels).
    package let shape: [Int]
    /// Where it lies among all values.
    package let range: Range<Int>
    /// What it is for.
    package let role: ParameterRole
  }
  /// Running statistics of normalisations: not trained, but part of the network.
  package struct Statistic: Sendable, Equatable {
    /// Such as "encoder.stem.norm.running_mean".
    package let name: String
    /// Where it lies among all statistics.
    package let range: Range<Int>
    /// The value that it starts at.
    package let initially: Float
  }

  /// What was claimed, in order; ranges follow one another.
  package private(set) var entries: [Entry] = []
  /// The running statistics that were claimed, in order.
  package private(set) var statistics: [Statistic] = []
  /// The number of trained values.
  package var count: Int { entries.last?.range.upperBound ?? 0 }
  /// The number of running statistics.
  package var statisticsCount: Int { statistics.last?.range.upperBound ?? 0 }

  /// A layout without entries.
  package init() {}

  /// Claims the next range of trained values.
  package mutating func claim(_ name: String, _ shape: [Int], _ role: ParameterRole) -> Range<Int> {
    let range = count..<count + shape.reduce(1, *)
    entries.append(Entry(name: name, shape: shape, range: range, role: role))
    return range
  }

  /// Claims the next range of running statistics, which start at `value`.
  package mutating func claimStatistic(_ name: String, count: Int, initially value: Float) -> Range<Int> {
    let range = statisticsCount..<statisticsCount + count
    statistics.append(Statistic(name: name, range: range, initially: value))
    return range
  }
}

/// The values of a network, their gradients, and its running statistics, each one flat array.
///
/// A copy is a second network (BYOL's teacher is one); an optimiser, a checkpoint and a moving average are each one
/// pass over an array.
package struct Parameters: Sendable {
  /// Where each entry lies.
  package let layout: ParameterLayout
  /// The trained values, (layout.count).
  package var values: Tensor { didSet { prepared = nil } }
  /// The gradients of the values, (layout.count).
  package var gradients: Tensor
  /// The running statistics, (layout.statisticsCount).
  package var statistics: Tensor
  /// The convolutions' weights laid out for their products, for callers that use them more than once; nil again once the
  /// values change.
  package var prepared: PreparedConvolutions?

  /// Draws all values; gradients are zero.
  ///
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

  /// Sets all gradients to zero.
  package mutating func clearGradients() {
    gradients = Tensor(zeros: [layout.count])
  }

  /// Whether no gradient is NaN or infinite, whose exponents are all ones. Bits, unlike sums, need no order.
  package var gradientsAreFinite: Bool {
    let exponent = Float.infinity.bitPattern
    return gradients.withSpan { all in
      var found: UInt32 = 0
      for index in all.indices { found |= all[index].bitPattern & exponent == exponent ? 1 : 0 }
      return found == 0
    }
  }

  /// The values of one range, such as a layer's bias.
  func tensor(_ range: Range<Int>) -> Tensor {
    let part = Tensor(uninitialized: [range.count])
    unsafe part.buffer.base.update(from: values.buffer.base + range.lowerBound, count: range.count)
    return part
  }

  /// gradients[range] += sums, in place.
  package mutating func addGradient(_ sums: [Float], to range: Range<Int>) {
    precondition(sums.count == range.count, "\(sums.count) sums for \(range.count) parameters")
    gradients.withMutableSpan { all in
      for index in sums.indices { all[range.lowerBound + index] += sums[index] }
    }
  }
}
