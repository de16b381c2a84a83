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

    /// The k-NN accuracy minus the base method's, in percentage points, by seed.
    private func difference(_ row: Row) -> Estimate? {
      guard let base = self.row(baseMethod.name) else { return nil }
      return Estimate(
        zip(row.curves, base.curves).map { 100 * (($0.accuracy.last ?? .nan) - ($1.accuracy.last ?? .nan)) })
    }

    private func numbers(_ row: Row) -> String {
      """
      Loss \(row.curves.last(\.loss).text(places: 3)), spread \(row.curves.last(\.spread).text(places: 2)), rank \
      \(row.curves.last(\.rank).text(places: 1)) of \(row.curves.first(\.rank).text(places: 1)) in the first step, k-NN \(row.curves.last(\.accuracy).text(places: 1, times: 100)) % \
      (\(row.curves.gain.text(places: 1)) points over untrained).
      """
    }

    /// A prediction for each variant.
    var findings: [Finding] {
      rows.map { row in
        let (gain, behind) = (row.curves.gain, difference(row))
        let rank =
          row.curves.last(\.rank).mean / (self.row(baseMethod.name)?.curves.last(\.rank).mean ?? .nan)
        switch row.expectation {
        case .learns:
          return Finding(
            "\(row.title) learns: its k-NN rises above the untrained encoder's", numbers(row),
            gain.isAbove(0) ? .held : gain.isBelow(0) ? .failed : .unclear)
        case .collapses:
          // With BN on the outputs a collapse shows in the rank alone, without it in the spread too.
          let isCollapsed = rank < 0.25 || row.curves.last(\.spread).mean < 0.05
          return Finding(
            "\(row.title) collapses: its outputs keep less than a quarter of \(baseMethod.title)'s rank, or no spread",
            "\(decimal(100 * rank, places: 0)) % of the rank. " + numbers(row), holds: isCollapsed)
        case .stalls:
          let loss =
            row.curves.last(\.loss).mean - (self.row(baseMethod.name)?.curves.last(\.loss).mean ?? .nan)
          return Finding(
            "\(row.title) does not collapse: its loss stays high",
            "\(decimal(loss, places: 2)) above \(baseMethod.title)'s; \(decimal(100 * rank, places: 0)) % of its rank. "
              + numbers(row),
            holds: loss > 0.1 && rank > 0.25)
        case .worse:
          return Finding(
            "\(row.title) does worse than \(baseMethod.title)",
            "By \(behind?.text(places: 1) ?? "?") points. " + numbers(row),
            behind?.isBelow(0) ?? false ? .held : behind?.isAbove(0) ?? false ? .failed : .unclear)
        case .open:
          // The published difference is a third of a point.
          return Finding(
            "\(row.title) is behind \(baseMethod.title) by no more than 3 points",
            "The difference is \(behind?.text(places: 1) ?? "?"). " + numbers(row),
            behind?.isAbove(-3) ?? false ? .held : behind?.isBelow(-3) ?? false ? .failed : .unclear)
        }
      }
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
        _ title: String, _ axis: Figure.Axis, _ rows: [Row], from first: Int = 0, times factor: Double = 1,
        _ curve: (TrainingCurves) -> [Double]
      ) -> Figure.Panel {
        Figure.Panel(
          title, axis, epochs: epochs, from: first, times: factor, rows.map { ($0.title, $0.curves) }, curve)
      }
      let predicted = rows.filter { Self.cosines.contains($0.name) }
      var figure = Figure(
        name, title: title,
        panels: [
          panel("Loss", .init("loss, −1 at best"), predicted, from: 1, \.loss),
          panel("Spread of the outputs", .init("std · √D", in: 0...1.1), rows, \.spread),
          panel("Rank of the outputs", .init("effective rank"), rows, \.rank),
          panel("k-NN of the features", .init("accuracy in %"), rows, times: 100, \.accuracy),
        ])
      (figure.panelWidth, figure.panelHeight) = (540, 410)
      return figure
    }

    /// The last values, beside the paper's table.
    var endFigure: Figure {
      let names = Figure.Axis("", .names(rows.map(\.title)))
      func marks(
        _ title: String, colour: Int? = nil, times factor: Double = 1, _ value: (TrainingCurves) -> Double?
      ) -> Figure.Series {
        let points = rows.enumerated().map { index, row in
          let end = Estimate(row.curves.map { factor * (value($0) ?? .nan) })
          return Figure.Series.Point(end.mean, Double(index), low: end.low, high: end.high)
        }
        return Figure.Series(title, .points, points, uncertainty: .horizontal, colour: colour)
      }
      let accuracy = Figure.Panel(
        "k-NN of the features", x: .init("accuracy in %"), y: names,
        series: [
          marks("after training", times: 100, \.accuracy.last),
          marks("untrained", colour: 6, times: 100, \.accuracy.first),
        ])
      let rank = Figure.Panel(
        "Rank of the outputs", x: .init("effective rank"), y: names,
        series: [marks("after training", \.rank.last), marks("in the first step", colour: 6, \.rank.first)])
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
