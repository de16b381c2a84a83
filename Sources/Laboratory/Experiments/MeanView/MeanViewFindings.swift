import Glibc
import SiamFeatures
import SiamFigures
import SiamFiles

extension MeanViewExperiment {
  /// The linear encoder and the CNN, and what they say.
  struct Results: Encodable, Sendable {
    /// The length of each training.
    let epochs: Int
    /// One for each rule.
    let linear: [LinearResult]
    /// One for each variant.
    let rows: [Row]

    private var base: [TrainingCurves] { rows.first { !$0.isMeanView }?.curves ?? [] }

    /// Two predictions of the linear encoder, and one for each variant with mean views.
    var findings: [Finding] {
      let rates = linear.flatMap(\.rates)
      let untouched = linear.map(\.untouched).max() ?? .nan
      let linearFindings = [
        Finding(
          "a linear encoder loses coordinate i as exp(−2σᵢ²t), with or without stop-gradient, by two views as exp(−4σᵢ²t)",
          """
          The measured rates are \(decimal(rates.map(\.mean).min() ?? .nan, places: 2)) to \
          \(decimal(rates.map(\.mean).max() ?? .nan, places: 2)) times those.
          """, .all(rates.map { Claim.within(Bound.tenth).verdict(on: $0) })),
        Finding(
          "it keeps the coordinates that no augmentation moves: the collapse is dimensional, not total",
          "They change by at most \(significant(100 * untouched, 2)) % (sampling only).", exact: untouched,
          is: .below(Bound.untouched)),
      ]
      return linearFindings
        + rows.filter(\.isMeanView).map { row in
          Finding(
            "a CNN collapses too (\(row.title)): its outputs lose their size, their spread or their directions",
            """
            \(Self.kind(row.curves, beside: base)): outputs at \(row.curves.size.text(places: 1, times: 100)) % of their \
            first size, spread \(row.curves.spread.text(places: 2)), \
            \(row.curves.rankShare(of: base).text(places: 0, times: 100)) % of SimSiam's rank.
            """, row.curves.hasCollapsed(beside: base))
        }
    }

    /// In words, which kind of collapse it is.
    private static func kind(_ curves: [TrainingCurves], beside base: [TrainingCurves]) -> String {
      switch (curves.isGone, curves.isLowRanked(beside: base)) {
      case (.held, _): "A total collapse"
      case (_, .held): "A collapse of directions"
      case (.failed, .failed): "None"
      default: "Unclear"
      }
    }

    /// The end of each training.
    var table: ReportTable {
      var table = ReportTable(
        "After \(epochs) epochs, intervals of 95 %: over seeds, and for differences over seeds and queries",
        [
          "training", "size of the outputs, %", "spread", "rank", "of SimSiam's, %", "k-NN, %",
          "over untrained",
          "less SimSiam", "collapse",
        ])
      for row in rows {
        let curves = row.curves
        table.append([
          row.title, curves.size.text(places: 1, times: 100), curves.spread.text(places: 2),
          curves.rank.text(places: 1),
          row.isMeanView ? curves.rankShare(of: base).text(places: 0, times: 100) : "",
          curves.accuracy.text(places: 1, times: 100), curves.gain.text,
          row.isMeanView ? curves.less(base).text : "",
          row.isMeanView ? Self.kind(curves, beside: base).lowercased() : "",
        ])
      }
      return table
    }

    /// What is left of each coordinate, by time.
    var linearFigure: Figure {
      Figure(
        "linear", title: "A linear encoder: what is left of each coordinate (dashed: theory)", columns: 3,
        panels: linear.map { result in
          var series: [Figure.Series] = []
          for (coordinate, variance) in LinearResult.variances.enumerated() where coordinate < 5 {
            series.append(
              Figure.Series(
                "σ² = \(significant(variance, 2))", .points,
                zip(result.times, result.lengths[coordinate]).map { .init($0, $1) }, colour: coordinate))
            series.append(
              Figure.Series(
                "", .dashed,
                result.times.map { .init($0, exp(-result.rule.rate * variance * $0)) }, colour: coordinate))
          }
          return Figure.Panel(
            result.rule.title, x: .init("time t (step × rate)"),
            y: .init("length of W's column / first", in: 0...1.1),
            series: series)
        })
    }

    /// The curves of the CNN, by epoch.
    var courseFigure: Figure {
      func panel(
        _ title: String, _ axis: Figure.Axis, times factor: Double = 1,
        _ curve: (TrainingCurves) -> [Double]
      ) -> Figure.Panel {
        Figure.Panel(
          title, axis, epochs: epochs, times: factor, rows.map { ($0.title, $0.curves) }, curve)
      }
      return Figure(
        "course", title: "A CNN: targets from mean views (bands: range over the seeds)",
        panels: [
          panel("Size of the outputs", .init("standard deviation", .logarithmic), \.deviation),
          panel("Spread of the outputs", .init("std · √D", in: 0...1.1), \.spread),
          panel("Rank of the outputs", .init("effective rank"), \.rank),
          panel("k-NN of the features", .percent("accuracy in %"), times: 100, \.accuracy),
        ]
      ).taller(by: 120)
    }
  }
}
