package import SiamFeatures
import SiamFiles
package import SiamMethods

/// A row of a judgement, whatever it was judged by.
package protocol JudgedRow: Sendable {
  /// "raw pixels", "untrained encoder", "trained encoder".
  var encoder: String { get }
  var readOut: String { get }
}

extension EvaluationRow: JudgedRow {}
extension RetrievalRow: JudgedRow {}

/// Whether a training was worth it: its best row against the best of the baselines, over the same queries.
package struct Verdict: Sendable {
  /// Where the trained features stand; apart only if the interval of their difference is above or below 0, or where only
  /// counts are known if their intervals are apart.
  package enum Standing: Sendable { case above, level, below }
  /// What it is by: a vote of so many neighbours, or view retrieval.
  package enum Measure: Sendable, Equatable {
    case vote(k: Int)
    case viewRetrieval
  }

  package let trained, baseline: any JudgedRow
  package let measure: Measure
  package let standing: Standing
  /// The trained features less the baseline, in percentage points.
  package let difference: Double

  /// The number of neighbours that the verdict is by, where it is among the votes.
  package static let k = 20

  /// By the accuracy of one vote.
  ///
  /// - Returns: nil if there is nothing to compare.
  package init?(_ rows: [EvaluationRow], votes: [NearestNeighbourVote]) {
    guard let index = votes.firstIndex(where: { $0.k == Self.k }) ?? votes.indices.first else { return nil }
    self.init(
      rows, by: .vote(k: votes[index].k), answers: { $0.scores[index].answers },
      share: { $0.scores[index].accuracy })
  }

  /// By the share of views that are found.
  ///
  /// - Returns: nil if there is nothing to compare.
  package init?(_ rows: [RetrievalRow]) {
    self.init(rows, by: .viewRetrieval, answers: { _ in nil }, share: \.found)
  }

  private init?<Row: JudgedRow>(
    _ rows: [Row], by measure: Measure, answers: (Row) -> Answers?, share: (Row) -> Proportion
  ) {
    func best(_ some: [Row]) -> Row? { some.max { share($0).value < share($1).value } }
    // An imported encoder is judged where none was trained from it.
    let own = ["trained encoder", "imported encoder"].first { name in rows.contains { $0.encoder == name } }
    guard let trained = best(rows.filter { $0.encoder == own }),
      let baseline = best(rows.filter { $0.encoder != own && !$0.isPatches })
    else { return nil }
    (self.trained, self.baseline, self.measure) = (trained, baseline, measure)
    let (ours, theirs) = (share(trained), share(baseline))
    difference = 100 * (ours.value - theirs.value)
    if let first = answers(trained), let second = answers(baseline), !first.right.isEmpty {
      let interval = PairedProportion(first, minus: second).interval
      standing = interval.lowerBound > 0 ? .above : interval.upperBound < 0 ? .below : .level
    } else {
      standing =
        ours.interval.lowerBound > theirs.interval.upperBound
        ? .above : ours.interval.upperBound < theirs.interval.lowerBound ? .below : .level
    }
  }

  /// One line, with what to do where the features are not worth having.
  package func line(_ configuration: TrainingConfiguration) -> String {
    let points = decimal(abs(difference), places: 1)
    let side = difference < 0 ? "below" : "above"
    let found =
      switch standing {
      case .above: "\(points) points above the best baseline, \(baseline.name): worth having"
      case .level:
        "\(points) points \(side) the best baseline, \(baseline.name), which the intervals do not tell apart: "
          + Self.advice(configuration)
      case .below:
        "\(points) points below the best baseline, \(baseline.name): not worth having; "
          + Self.advice(configuration)
      }
    let by =
      switch measure {
      case .vote(let k): "k = \(k)"
      case .viewRetrieval: "view retrieval"
      }
    return "verdict (\(by)): \(trained.name) is \(found)"
  }

  private static func advice(_ configuration: TrainingConfiguration) -> String {
    if configuration.imported != nil {
      return "its weights do not suit these pictures; siam train learns from them"
    }
    return configuration.fitsPatches
      ? "give it more pictures or more --time"
      : "give it more --time or a smaller --size, or leave --method out for patch features beside it"
  }
}

extension JudgedRow {
  /// Its name in tables, see `rowName`.
  package var name: String { rowName(encoder, readOut) }
  fileprivate var isPatches: Bool { encoder == "patches" }
}

/// A short name for narrow columns: "raw pixels 32x32", "untrained map 2x2", "trained PCA".
package func rowName(_ encoder: String, _ readOut: String) -> String {
  let (suffix, readOut) = (" encoder", readOut == ReadOut.components.description ? "PCA" : readOut)
  return (encoder.hasSuffix(suffix) ? String(encoder.dropLast(suffix.count)) : encoder) + " " + readOut
}
