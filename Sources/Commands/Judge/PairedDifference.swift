import SiamFeatures
import SiamFiles
import SiamTraining

/// The best row of an encoder less that of a baseline, over the same queries.
struct PairedDifference {
  let row, baseline: EvaluationRow
  let k: Int
  let pair: PairedProportion

  /// Nil where the answers to single queries are not known.
  init?(_ row: EvaluationRow, minus baseline: EvaluationRow, vote: Int) {
    guard let first = row.scores[vote].answers, let second = baseline.scores[vote].answers,
      first.right.count == second.right.count, !first.right.isEmpty
    else { return nil }
    (self.row, self.baseline, k) = (row, baseline, row.scores[vote].vote.k)
    pair = PairedProportion(first, minus: second)
  }

  /// "+3.2 points [1.5, 4.9] beside raw pixels 32x32, p = 0.0003".
  var line: String {
    func points(_ share: Double) -> String { decimal(100 * share, places: 1) }
    let (interval, p) = (pair.interval, pair.significance)
    let chance = p < 0.0001 ? "p < 0.0001" : "p = \(decimal(p, places: p < 0.01 ? 4 : 2))"
    return "\(pair.difference < 0 ? "" : "+")\(points(pair.difference)) points "
      + "[\(points(interval.lowerBound)), \(points(interval.upperBound))] beside \(baseline.name), \(chance)"
  }
}

extension Comparison {
  /// The encoder's best row less the best of raw pixels and of the untrained encoder, by the vote of the verdict.
  var differences: [PairedDifference] {
    guard let verdict, case .vote(let k) = verdict.measure, let trained = verdict.trained as? EvaluationRow,
      let vote = evaluation.votes.firstIndex(where: { $0.k == k })
    else { return [] }
    return ["raw pixels", "untrained encoder"].compactMap { name in
      let best = rows.filter { $0.encoder == name }.max {
        $0.scores[vote].accuracy.value < $1.scores[vote].accuracy.value
      }
      return best.flatMap { PairedDifference(trained, minus: $0, vote: vote) }
    }
  }

  /// The lines below the verdict; none without answers.
  func differenceLines(within width: Int) -> [String] {
    let all = differences
    guard let first = all.first else { return [] }
    let head = "over the same queries \(first.row.name) has [95 % interval], McNemar's exact p:"
    return ([head] + all.map { "  " + $0.line }).flatMap { folded($0, to: min(80, width)) }
  }
}
