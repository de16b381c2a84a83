import SiamFeatures
import SiamFigures
import SiamFiles

extension OptimizersExperiment {
  /// All ways to optimise, and what they say.
  struct Results: Encodable, Sendable {
    /// The length of each training.
    let epochs: Int
    /// SGD first.
    let rows: [Row]

    /// A prediction for each way but the first, which is what collapse is measured by.
    var findings: [Finding] {
      rows.dropFirst().map { row in
        let collapsed = row.curves.hasCollapsed(beside: rows[0].curves)
        let share = row.curves.rankShare(of: rows[0].curves)
        let measured = """
          \(share.text(places: 0, times: 100)) % of the rank by SGD, spread \(row.curves.spread.text(places: 2)), outputs at \
          \(row.curves.size.text(places: 0, times: 100)) % of their first size\(divergence(row)).
          """
        return row.isGradientBased
          ? Finding("by gradients SimSiam does not collapse: \(row.title)", measured, collapsed.opposite)
          : Finding("by a stronger optimiser than gradients it does: \(row.title)", measured, collapsed)
      }
    }

    private func divergence(_ row: Row) -> String {
      let count = row.curves.count { $0.divergedAt != nil }
      return count > 0 ? "; \(count) of \(row.curves.count) trainings diverged" : ""
    }

    var table: ReportTable {
      var table = ReportTable(
        "After \(epochs) epochs, intervals of 95 %: over seeds, and for differences over seeds and queries",
        ["optimiser", "loss", "spread", "rank", "of SGD's, %", "k-NN, %", "over untrained", "less SGD"])
      for (index, row) in rows.enumerated() {
        let curves = row.curves
        table.append([
          row.title, curves.last(\.loss, in: .within(-1...1)).text(places: 2), curves.spread.text(places: 2),
          curves.rank.text(places: 1),
          index == 0 ? "" : curves.rankShare(of: rows[0].curves).text(places: 0, times: 100),
          curves.accuracy.text(places: 1, times: 100), curves.gain.text,
          index == 0 ? "" : curves.less(rows[0].curves).text,
        ])
      }
      return table
    }

    /// The curves by epoch.
    var figure: Figure {
      func panel(
        _ title: String, _ axis: Figure.Axis, skipsFirst: Bool = false, times factor: Double = 1,
        _ curve: (TrainingCurves) -> [Double]
      ) -> Figure.Panel {
        Figure.Panel(
          title, axis, epochs: epochs, skipsFirst: skipsFirst, times: factor,
          rows.map { ($0.title, $0.curves) }, curve)
      }
      return Figure(
        "course", title: "SimSiam by several optimisers, by epoch (bands: range over the seeds)",
        panels: [
          panel("Loss", .init("loss, −1 at best"), skipsFirst: true, \.loss),
          panel("Spread of the outputs", .init("std · √D", in: 0...1.1), \.spread),
          panel("Rank of the outputs", .init("effective rank"), \.rank),
          panel("k-NN of the features", .percent("accuracy in %"), times: 100, \.accuracy),
        ]
      ).taller(by: 60)
    }
  }
}
