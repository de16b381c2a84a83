package import SiamFeatures
import SiamFiles
package import SiamMethods

/// Whether a training was worth it: its best row against the best of the baselines, by one vote.
package struct Verdict: Sendable {
  /// Where the trained features stand; apart only if the intervals are.
  package enum Standing: Sendable { case above, level, below }

  package let trained, baseline: EvaluationRow
  package let vote: NearestNeighbourVote
  package let standing: Standing
  /// The trained features less the baseline, in percentage points.
  package let difference: Double

  /// The number of neighbours that the verdict is by, where it is among the votes.
  package static let k = 20

  /// - Returns: nil if there is nothing to compare.
  package init?(_ rows: [EvaluationRow], votes: [NearestNeighbourVote]) {
    guard let index = votes.firstIndex(where: { $0.k == Self.k }) ?? votes.indices.first else { return nil }
    func accuracy(_ row: EvaluationRow) -> Proportion { row.scores[index].accuracy }
    func best(_ some: [EvaluationRow]) -> EvaluationRow? {
      some.max { accuracy($0).value < accuracy($1).value }
    }
    // An imported encoder is judged where none was trained from it.
    let own = ["trained encoder", "imported encoder"].first { name in rows.contains { $0.encoder == name } }
    guard let trained = best(rows.filter { $0.encoder == own }),
      let baseline = best(rows.filter { $0.encoder != own && !$0.isPatches })
    else { return nil }
    (self.trained, self.baseline, vote) = (trained, baseline, votes[index])
    let (ours, theirs) = (accuracy(trained), accuracy(baseline))
    difference = 100 * (ours.value - theirs.value)
    standing =
      ours.interval.lowerBound > theirs.interval.upperBound
      ? .above : ours.interval.upperBound < theirs.interval.lowerBound ? .below : .level
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
    return "verdict (k = \(vote.k)): \(trained.name) is \(found)"
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

extension EvaluationRow {
  /// Its name in tables, see `rowName`.
  package var name: String { rowName(encoder, readOut) }
  fileprivate var isPatches: Bool { encoder == "patches" }
}

/// A short name for narrow columns: "raw pixels 32x32", "untrained map 2x2", "trained PCA".
package func rowName(_ encoder: String, _ readOut: String) -> String {
  let (suffix, readOut) = (" encoder", readOut == ReadOut.components.description ? "PCA" : readOut)
  return (encoder.hasSuffix(suffix) ? String(encoder.dropLast(suffix.count)) : encoder) + " " + readOut
}
