import SiamTensors

/// The first layer of a pass whose output or running statistics are not finite; nil if there is none.
///
/// It checks every layer of every network that `pass` runs, in order, which takes time: use it to repeat a pass that is
/// known to have failed.
package func firstBrokenLayer(in pass: () -> Void) -> String? {
  let watch = BrokenWatch()
  BrokenWatch.$current.withValue(watch, operation: pass)
  return watch.found.withLock { $0 }
}

/// Checks the outputs of layers as they are computed.
final class BrokenWatch: Sendable {
  /// The watch of the pass that runs in this task.
  @TaskLocal static var current: BrokenWatch?

  fileprivate let found = LockedValue<String?>(nil)

  /// Notes the layer if its output or a running statistic is the first that is not finite.
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

  /// The layer of the last gradient that is not finite: the first that the backward pass came to.
  package var lastBrokenGradient: String? {
    gradients.firstBroken(in: layout.entries.reversed().map { ($0.name, $0.range) })
  }
}

extension Tensor {
  /// Whether no element is NaN or infinite.
  package var isFinite: Bool { withSpan { all in all.indices.allSatisfy { all[$0].isFinite } } }

  /// The layer of the first of these ranges that holds a value that is not finite.
  fileprivate func firstBroken(in ranges: [(name: String, range: Range<Int>)]) -> String? {
    withSpan { all in
      ranges.first { entry in entry.range.contains { !all[$0].isFinite } }.map { layerName(of: $0.name) }
    }
  }
}

/// "encoder.stem.norm" of "encoder.stem.norm.running_mean".
private func layerName(of name: String) -> String {
  name.split(separator: ".").dropLast().joined(separator: ".")
}
