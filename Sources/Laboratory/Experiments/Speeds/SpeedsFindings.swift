import Glibc
import SiamFeatures
import SiamFigures
import SiamFiles

extension SpeedsExperiment {
  /// All ways to train, and what they say.
  struct Results: Encodable, Sendable {
    /// With stop-gradient, then without, by factor.
    let rows: [Row]

    private func row(_ hasStopGradient: Bool, _ factor: Double) -> Row? {
      rows.first { $0.hasStopGradient == hasStopGradient && abs($0.factor - factor) < 1e-6 }
    }

    /// The predictor's speed divided by the encoder's: the geometric mean over a training, by seed.
    private func ratio(_ row: Row) -> Estimate {
      Estimate(
        row.curves.map { curves in
          let logs = zip(curves.predictorSpeed, curves.encoderSpeed).filter { $0.0 > 0 && $0.1 > 0 }.map {
            log($0 / $1)
          }
          return logs.isEmpty ? 0 : exp(logs.reduce(0, +) / Double(logs.count))
        })
    }

    /// A curve's last value divided by its first, by seed.
    private func fall(_ row: Row, _ value: (SpeedCurves) -> [Double]) -> Estimate {
      Estimate(row.curves.map { (value($0).last ?? .nan) / (value($0).first ?? .nan) })
    }

    private func end(_ row: Row?, _ value: (SpeedCurves) -> [Double]) -> Estimate? {
      row.map { Estimate($0.curves.map { value($0).last ?? .nan }) }
    }

    /// The essay's image of the fast predictor, and the theory of its alignment.
    var findings: [Finding] {
      guard let base = row(true, 1), let free = row(false, 1) else { return [] }
      let (speed, force, freeForce) = (ratio(base), fall(base, \.force), fall(free, \.force))
      let (rank, freeRank) = (end(base, \.rank), end(free, \.rank))
      let (alignment, symmetry) = (fall(base, \.misalignment), fall(base, \.asymmetry))
      let speeds = rows.filter { $0.hasStopGradient && $0.factor > 0 }.map { row in
        "\(significant(ratio(row).mean, 2)) at rate ×\(significant(row.factor, 2)) (rank \(decimal(end(row, \.rank)?.mean ?? .nan, places: 1)))"
      }
      return [
        Finding(
          "the predictor is the fast part: at the same rate its weights change more in a step, relative to their size",
          "Predictor over encoder: \(speed.text(places: 2)); \(speeds.joined(separator: ", ")).",
          speed.isAbove(1) ? .held : speed.isBelow(1) ? .failed : .unclear),
        Finding(
          "with stop-gradient the force on the predictions dies away while the outputs keep their rank",
          """
          It falls to \(force.text(places: 2)) of its first value; the rank ends at \(rank?.text(places: 1) ?? "?") of 32, \
          without stop-gradient at \(freeRank?.text(places: 1) ?? "?").
          """, holds: force.mean < 0.5 && (rank?.mean ?? 0) > 2 * (freeRank?.mean ?? .infinity)),
        Finding(
          "without stop-gradient it dies by collapse: the outputs lose their rank",
          "The force falls to \(freeForce.text(places: 2)), the rank to \(freeRank?.text(places: 1) ?? "?").",
          holds: freeForce.mean < 0.5 && (freeRank?.mean ?? .infinity) < 0.5 * (rank?.mean ?? 0)),
        Finding(
          "predictor and correlation align, and the predictor becomes symmetric",
          """
          ‖FP − PF‖ goes to \(alignment.text(places: 2)) of its first value, ‖P − Pᵀ‖ to \(symmetry.text(places: 2)).
          """,
          alignment.mean < 0.5 && symmetry.mean < 0.5
            ? .held : alignment.mean > 1 && symmetry.mean > 1 ? .failed : .unclear),
      ]
    }

    private func panel(
      _ title: String, _ axis: Figure.Axis, _ rows: [Row], _ value: @escaping (SpeedCurves) -> [Double]
    ) -> Figure.Panel {
      Figure.Panel(
        title, x: .init("step"), y: axis,
        series: rows.map { row in
          let index = self.rows.firstIndex { $0.title == row.title } ?? 0
          return series(row.title, row.curves, colour: index % 4, dashed: !row.hasStopGradient, value)
        })
    }

    private func series(
      _ name: String, _ curves: [SpeedCurves], colour: Int, dashed: Bool = false,
      _ value: (SpeedCurves) -> [Double]
    ) -> Figure.Series {
      Figure.Series(
        name, dashed ? .dashed : .line, overSeeds: curves.map(value), at: curves[0].steps, colour: colour)
    }

    /// Speeds, force and rank by step.
    var speedFigure: Figure {
      func parts(_ row: Row?) -> Figure.Panel {
        let curves = row?.curves ?? []
        return Figure.Panel(
          row?.hasStopGradient ?? true ? "Speeds with stop-gradient" : "Speeds without", x: .init("step"),
          y: .init("relative change in a step", .logarithmic),
          series: curves.isEmpty
            ? []
            : [
              series("encoder", curves, colour: 0, \.encoderSpeed),
              series("projector", curves, colour: 1, \.projectorSpeed),
              series("predictor", curves, colour: 2, \.predictorSpeed),
            ])
      }
      return Figure(
        "speeds",
        title: "How fast the parts move, and the force on the predictions (bands: range over the seeds)",
        panels: [
          parts(row(true, 1)), parts(row(false, 1)),
          panel(
            "Force on the predictions", .init("root mean square of |∂l/∂p|", .logarithmic), rows, \.force),
          panel("Rank of the outputs", .init("effective rank of 32"), rows, \.rank),
        ]
      ).taller(by: 60)
    }

    /// Predictor and outputs by step.
    var stateFigure: Figure {
      let pair = rows.filter { abs($0.factor - 1) < 1e-6 }
      let spectra = Figure.Panel(
        "Eigenvalues of the correlation, at the end", x: .init("number"),
        y: .init("share of the sum", .logarithmic, in: 1e-6...1),
        series: pair.map { row in
          let lists = row.curves.map(\.eigenvalues)
          return Figure.Series(
            row.title, row.hasStopGradient ? .line : .dashed,
            (0..<(lists.map(\.count).min() ?? 0)).map { index in
              let mean = lists.reduce(0) { $0 + $1[index] } / Double(lists.count)
              return .init(Double(index + 1), max(mean, 1e-7))
            })
        })
      return Figure(
        "state", title: "The predictor and the outputs, at the same rate for all parts",
        panels: [
          panel("Alignment", .init("|FP − PF| / |F||P|"), pair, \.misalignment),
          panel("Asymmetry", .init("|P − P'| / |P|"), pair, \.asymmetry),
          panel("Common centre of the outputs", .init("share m_o"), pair, \.centre), spectra,
        ])
    }
  }
}
