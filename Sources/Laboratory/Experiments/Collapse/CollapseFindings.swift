import SiamFeatures
import SiamFigures
import SiamFiles
import SiamMethods

extension CollapseExperiment {
  /// All variants, and what they say.
  struct Results: Encodable, Sendable {
    /// The accuracy of guessing, 0...1.
    let chance: Double
    /// The length of each training.
    let epochs: Int
    /// One for each variant.
    let rows: [Row]

    /// The names of the variants whose losses are cosines and share a panel.
    private static let cosines = Set(
      CollapseExperiment.variants.filter { variant in
        var configuration = TrainingConfiguration(baseMethod)
        variant.change(&configuration)
        return configuration.methodType.meaning(ofLossIn: configuration) == .negativeCosine
      }.map(\.name))

    private func row(_ name: String) -> Row? { rows.first { $0.name == name } }

    private var base: Row? { row(baseMethod.name) }

    private func numbers(_ row: Row) -> String {
      """
      Spread \(row.curves.spread.text(places: 2)), rank \(row.curves.rank.text(places: 1)) of \
      \(row.curves.firstRank.text(places: 1)) in the first step, k-NN \(row.curves.accuracy.text(places: 1, times: 100)) % \
      (\(row.curves.gain.text) points over untrained).
      """
    }

    /// A prediction for each variant.
    var findings: [Finding] { rows.compactMap { row in base.map { finding(row, beside: $0) } }.corrected }

    private func finding(_ row: Row, beside base: Row) -> Finding {
      let (title, curves, numbers) = (row.title, row.curves, numbers(row))
      let behind = curves.less(base.curves)
      let share = curves.rankShare(of: base.curves)
      let shareText = "\(share.text(places: 0, times: 100)) % of \(base.title)'s rank. "
      let ofRank = Claim.below(Bound.rank).significance(of: share)
      switch row.expectation {
      case .learns:
        return Finding(
          "\(title) learns: its k-NN rises above the untrained encoder's", numbers, curves.gain, is: .above(0)
        )
      case .collapses:
        return Finding(
          "\(title) collapses", shareText + numbers, curves.hasCollapsed(beside: base.curves),
          significance: curves.isGone == .held ? nil : ofRank)
      case .stalls:
        let loss = Estimate(zip(curves, base.curves).map { ($0.loss.last ?? .nan) - ($1.loss.last ?? .nan) })
        return Finding(
          "\(title) does not collapse: its loss stays high",
          "The loss is \(loss.text(places: 2)) above \(base.title)'s; \(shareText)\(numbers)",
          .all([
            Claim.above(Bound.loss).verdict(on: loss), curves.hasCollapsed(beside: base.curves).opposite,
          ]),
          significance: [ofRank, Claim.above(Bound.loss).significance(of: loss)].compactMap(\.self).max())
      case .worse:
        return Finding(
          "\(title) does worse than \(base.title)", "By \(behind.text) points. " + numbers, behind,
          is: .below(0))
      case .open:
        return Finding(
          "\(title) is level with \(base.title), within \(significant(Bound.level.upperBound)) points",
          "The difference is \(behind.text). " + numbers, behind, is: .within(Bound.level))
      }
    }

    /// All numbers at the end, and each variant's difference to the base method with Holm's correction over all of them.
    var table: ReportTable {
      guard let base else { return ReportTable("", []) }
      let others = rows.filter { $0.name != base.name }
      let differences = others.map { $0.curves.less(base.curves) }
      let values = differences.map { $0.significance(against: 0) }
      let corrected = holmCorrected(values.compactMap(\.self))
      let byName = Dictionary(
        zip(zip(others, values).filter { $0.1 != nil }.map { $0.0.name }, corrected)
      ) { first, _ in first }
      var table = ReportTable(
        """
        After \(epochs) epochs, intervals of 95 %: over seeds, and for differences over seeds and queries; p of the difference \
        to \(base.title), corrected by Holm's method over \(corrected.count) trainings; the seeds in which McNemar's test on \
        the same queries is below 0.05
        """,
        [
          "training", "loss", "spread", "rank", "k-NN, %", "over untrained", "less \(base.title)", "p",
          "McNemar",
          "beside \(base.title)",
        ])
      for row in rows {
        let curves = row.curves
        let domain: Estimate.Domain = Self.cosines.contains(row.name) ? .within(-1...1) : .positive
        var cells = [
          row.title, curves.last(\.loss, in: domain).text(places: 2), curves.spread.text(places: 2),
          curves.rank.text(places: 1), curves.accuracy.text(places: 1, times: 100), curves.gain.text,
        ]
        if row.name == base.name {
          cells += ["", "", "", ""]
        } else {
          let less = curves.less(base.curves)
          let p = byName[row.name]
          let isLevel = Claim.within(Bound.level).verdict(on: less) == .held
          let standing =
            p ?? 1 < 0.05
            ? less.mean > 0 ? "better" : "worse"
            : isLevel ? "level within \(significant(Bound.level.upperBound))" : "unclear"
          cells += [
            less.text, p.map { significant($0, 2) } ?? "", "\(less.distinct) of \(curves.count)", standing,
          ]
        }
        table.append(cells)
      }
      return table
    }

    /// The curves by epoch, a line for each variant: the base method's parts in one figure, its relatives in another.
    var courseFigures: [Figure] {
      let sheets: [(name: String, title: String, group: Variant.Group)] = [
        ("course", "\(baseMethod.title) taken apart", .parts),
        ("relatives", "\(baseMethod.title) and its relatives", .relatives),
      ]
      return sheets.compactMap { name, title, group in
        let rows = rows.filter { $0.group == group || $0.name == baseMethod.name }
        return rows.isEmpty
          ? nil : courseFigure(name, "\(title), by epoch (bands: range over the seeds)", rows)
      }
    }

    private func courseFigure(_ name: String, _ title: String, _ rows: [Row]) -> Figure {
      func panel(
        _ title: String, _ axis: Figure.Axis, _ rows: [Row], skipsFirst: Bool = false,
        times factor: Double = 1,
        _ curve: (TrainingCurves) -> [Double]
      ) -> Figure.Panel {
        Figure.Panel(
          title, axis, epochs: epochs, skipsFirst: skipsFirst, times: factor,
          rows.map { ($0.title, $0.curves) }, curve)
      }
      let predicted = rows.filter { Self.cosines.contains($0.name) }
      var figure = Figure(
        name, title: title,
        panels: [
          panel("Loss", .init("loss, −1 at best"), predicted, skipsFirst: true, \.loss),
          panel("Spread of the outputs", .init("std · √D", in: 0...1.1), rows, \.spread),
          panel("Rank of the outputs", .init("effective rank"), rows, \.rank),
          panel("k-NN of the features", .percent("accuracy in %"), rows, times: 100, \.accuracy),
        ])
      (figure.panelWidth, figure.panelHeight) = (540, 410)
      return figure
    }

    /// The last values, beside the paper's table.
    var endFigure: Figure {
      let names = Figure.Axis("", .names(rows.map(\.title)))
      func marks(
        _ title: String, colour: Int? = nil, times factor: Double = 1,
        _ value: ([TrainingCurves]) -> Estimate
      ) -> Figure.Series {
        let points = rows.enumerated().map { index, row in
          let end = value(row.curves)
          return Figure.Series.Point(
            factor * end.mean, Double(index), low: factor * end.low, high: factor * end.high)
        }
        return Figure.Series(title, .points, points, uncertainty: .horizontal, colour: colour)
      }
      let accuracy = Figure.Panel(
        "k-NN of the features", x: .percent("accuracy in %"), y: names,
        series: [
          marks("after training", times: 100, \.accuracy),
          marks("untrained", colour: 6, times: 100, \.firstAccuracy),
        ])
      let rank = Figure.Panel(
        "Rank of the outputs", x: .init("effective rank"), y: names,
        series: [marks("after training", \.rank), marks("in the first step", colour: 6, \.firstRank)])
      let published = Figure.Panel(
        "Published, ImageNet linear probe", x: .init("accuracy in %", in: 0...100), y: names,
        series: [
          .init(
            "Chen, He (2020), 100 epochs", .points,
            rows.enumerated().compactMap { index, row in row.published.map { .init($0, Double(index)) } },
            colour: 2)
        ])
      var figure = Figure(
        "end", title: "The end, and the paper's table", columns: 3, panels: [accuracy, rank, published])
      (figure.panelWidth, figure.panelHeight) = (480, 110 + 24 * Double(rows.count))
      return figure
    }
  }
}
