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

    /// One list of speeds divided by another: the geometric mean over a training, by seed.
    private func ratio(
      _ row: Row, _ fast: (SpeedCurves) -> [Double], over slow: (SpeedCurves) -> [Double]
    ) -> Estimate {
      Estimate(
        row.curves.map { curves in
          let logs = zip(fast(curves), slow(curves)).filter { $0.0 > 0 && $0.1 > 0 }.map { log($0 / $1) }
          return logs.isEmpty ? .nan : exp(logs.reduce(0, +) / Double(logs.count))
        }, in: .positive)
    }

    private func predictorOverEncoder(_ row: Row) -> Estimate {
      ratio(row, \.predictorSpeed, over: \.encoderSpeed)
    }

    private func lastOverFirstLayer(_ row: Row) -> Estimate {
      ratio(row, { $0.layerSpeeds.last ?? [] }, over: { $0.layerSpeeds.first ?? [] })
    }

    /// A curve's last value divided by its first, by seed.
    private func fall(_ row: Row, _ value: (SpeedCurves) -> [Double]) -> Estimate {
      Estimate(row.curves.map { (value($0).last ?? .nan) / (value($0).first ?? .nan) }, in: .positive)
    }

    private func rank(_ row: Row) -> Estimate {
      Estimate(
        row.curves.map { $0.rank.last ?? .nan }, in: .within(1...(row.curves.map(\.rankLimit).max() ?? 1)))
    }

    /// The rank at the end as a share of that of the same seed with stop-gradient.
    private func rankShare(_ row: Row, of base: Row) -> Estimate {
      Estimate(
        zip(row.curves, base.curves).map { ($0.rank.last ?? .nan) / ($1.rank.last ?? .nan) }, in: .positive)
    }

    /// The essay's image of the fast predictor, and the theory of its alignment.
    var findings: [Finding] {
      guard let base = row(true, 1), let free = row(false, 1) else { return [] }
      let (speed, force, freeForce) = (predictorOverEncoder(base), fall(base, \.force), fall(free, \.force))
      let (kept, share) = (fall(base, \.rank), rankShare(free, of: base))
      let (alignment, symmetry) = (fall(base, \.misalignment), fall(base, \.asymmetry))
      let layers = lastOverFirstLayer(base)
      let dies = Claim.below(Bound.half)
      return [
        Finding(
          "the predictor is the fast part: at the same rate its weights change more in a step, relative to their size",
          "Predictor over encoder: \(speed.text(places: 2)).", speed, is: .above(1)),
        Finding(
          "layers nearer the input move slower: the encoder's last convolution changes more in a step than its first",
          "Last over first: \(layers.text(places: 2)); without stop-gradient \(lastOverFirstLayer(free).text(places: 2)).",
          layers, is: .above(1)),
        Finding(
          "with stop-gradient the force on the predictions dies away while the outputs keep their rank",
          """
          It falls to \(force.text(places: 2)) of its first value; the rank to \(kept.text(places: 2)) of its first, \
          \(rank(base).text(places: 1)).
          """,
          .all([dies.verdict(on: force), Claim.above(Bound.rank).verdict(on: kept)])),
        Finding(
          "without stop-gradient it dies by collapse: the outputs lose their rank",
          """
          The force falls to \(freeForce.text(places: 2)), the rank to \(rank(free).text(places: 1)), \
          \(share.text(places: 2)) of that with stop-gradient.
          """,
          .all([dies.verdict(on: freeForce), Claim.below(Bound.rank).verdict(on: share)])),
        Finding(
          "predictor and correlation align, and the predictor becomes symmetric",
          """
          ‖FP − PF‖ goes to \(alignment.text(places: 2)) of its first value, ‖P − Pᵀ‖ to \(symmetry.text(places: 2)).
          """, .all([dies.verdict(on: alignment), dies.verdict(on: symmetry)])),
      ]
    }

    /// Every arm at its end, and beside SimSiam with the same seeds.
    var table: ReportTable {
      guard let base = row(true, 1) else { return ReportTable("", []) }
      var table = ReportTable(
        "Intervals of 95 % over seeds; speeds are geometric means over the training",
        [
          "training", "predictor / encoder", "last / first layer", "force, of its first", "rank",
          "of the rank at rate ×1 with stop-gradient",
        ])
      for row in rows {
        table.append([
          row.title, row.factor > 0 ? predictorOverEncoder(row).text(places: 2) : "",
          lastOverFirstLayer(row).text(places: 2), fall(row, \.force).text(places: 2),
          rank(row).text(places: 1), row.title == base.title ? "" : rankShare(row, of: base).text(places: 2),
        ])
      }
      return table
    }

    private func panel(
      _ title: String, _ axis: Figure.Axis, _ rows: [Row], _ value: @escaping (SpeedCurves) -> [Double]
    ) -> Figure.Panel {
      Figure.Panel(
        title, x: .init("step", .counted), y: axis,
        series: rows.map { row in
          // A rate has one colour, with stop-gradient and without.
          let rates = self.rows.filter(\.hasStopGradient).map(\.factor)
          return series(
            row.title, row.curves, colour: rates.firstIndex(of: row.factor) ?? 0,
            dashed: !row.hasStopGradient, value)
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
          row?.hasStopGradient ?? true ? "Speeds with stop-gradient" : "Speeds without stop-gradient",
          x: .init("step", .counted),
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

    /// Each convolution's speed by step, with stop-gradient and without.
    var layerFigure: Figure {
      let panels = [true, false].compactMap { row($0, 1) }.map { row in
        Figure.Panel(
          row.hasStopGradient ? "With stop-gradient" : "Without stop-gradient", x: .init("step", .counted),
          y: .init("relative change in a step", .logarithmic),
          series: (row.curves.first?.layers ?? []).indices.map { layer in
            series("convolution \(layer + 1)", row.curves, colour: layer) { $0.layerSpeeds[layer] }
          })
      }
      return Figure(
        "layers",
        title: "How fast each layer of the encoder moves, from the input on (bands: range over the seeds)",
        panels: panels
      ).taller(by: 40)
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
