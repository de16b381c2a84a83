import SiamTensors

/// The layer of a pass whose output, or whose running statistics, are the first that are not finite; nil if there is none.
///
/// It looks at every layer of every network that `pass` runs, in the order in which they run, and takes the time for it:
/// it is for a pass that is known to have gone wrong and is made again.
package func firstBrokenLayer(in pass: () -> Void) -> String? {
  let watch = BrokenWatch()
  BrokenWatch.$current.withValue(watch, operation: pass)
  return watch.found.withLock { $0 }
}

/// What looks at the outputs of the layers as they are made.
final class BrokenWatch: Sendable {
  @TaskLocal static var current: BrokenWatch?

  fileprivate let found = LockedValue<String?>(nil)

  func look(at output: Tensor, of layer: String, _ parameters: Parameters) {
    found.withLock { found in
      if found == nil { found = output.isFinite ? parameters.firstBrokenStatistic : layer }
    }
  }
}

extension Parameters {
  /// The layer of the first value that is not finite.
  package var firstBrokenValue: String? { values.firstBroken(in: layout.entries.map { ($0.name, $0.range) }) }

  /// The layer of the first running statistic that is not finite.
  package var firstBrokenStatistic: String? {
    statistics.firstBroken(in: layout.statistics.map { ($0.name, $0.range) })
  }

  /// The layer of the last gradient that is not finite: where the way back met it first.
  package var lastBrokenGradient: String? {
    gradients.firstBroken(in: layout.entries.reversed().map { ($0.name, $0.range) })
  }
}

extension Tensor {
  package var isFinite: Bool { withSpan { all in all.indices.allSatisfy { all[$0].isFinite } } }

  /// The layer of the first of these places that holds a number that is not finite.
  fileprivate func firstBroken(in places: [(name: String, range: Range<Int>)]) -> String? {
    withSpan { all in
      places.first { place in place.range.contains { !all[$0].isFinite } }.map { layerName(of: $0.name) }
    }
  }
}

/// "encoder.stem.norm" of "encoder.stem.norm.running_mean".
private func layerName(of name: String) -> String {
  name.split(separator: ".").dropLast().joined(separator: ".")
}
