import SiamFeatures
import SiamMethods
import SiamTraining

/// The table of linear classifiers, below that of k-NN.
extension Comparison {
  /// Rules and table; none unless asked for.
  func linearLines(within width: Int) -> [String] {
    let linear = evaluation.linear
    guard linear != LinearJudging() else { return [] }
    var rules = [
      "multinomial logistic regression on directions about the bank's mean: accuracy in % [95 % interval]"
    ]
    if linear.probes {
      rules.append("linear probe: fitted to all of the bank, its L2 chosen on a fifth of the bank held out")
    }
    if !linear.shots.isEmpty {
      rules.append("shots: so many pictures of each class, the mean of \(FewShots.draws) draws [of the mean]")
    }
    return [""] + rules.flatMap { folded($0, to: width) } + [""] + linearTable.lines(within: width)
  }

  private var linearTable: Table {
    let linear = evaluation.linear
    var table = Table(
      [.init(title: "features", key: "features"), .init(title: "D", key: "dimension")]
        + (linear.probes
          ? [.init(title: "linear probe", key: "probe"), .init(title: "L2", key: "penalty")] : [])
        + linear.shots.map { .init(title: count($0, "shot"), key: "shots\($0)") })
    for row in rows {
      var cells: [Table.Cell] = [.text(row.name), .count(row.dimension)]
      if linear.probes {
        cells.append(row.probe.map { .percent($0.accuracy) } ?? .missing)
        cells.append(row.probe.map { .text($0.penalty.argument) } ?? .missing)
      }
      for shots in linear.shots {
        let estimate = row.shots.first { $0.shots == shots }.map { Estimate($0.accuracies) }
        cells.append(
          estimate.map {
            .interval(100 * $0.mean, low: 100 * $0.low, high: 100 * $0.high, places: 1)
          } ?? .missing)
      }
      table.append(cells)
    }
    return table
  }
}
