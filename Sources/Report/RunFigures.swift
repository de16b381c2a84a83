import SiamFeatures
import SiamFigures
import SiamMethods
import SiamTraining

/// The page's charts: the courses of the trainings, all runs in one, and the spectra of their features.
struct RunFigures {
  /// A chart and what it shows, for those who cannot see it.
  struct Chart {
    let figure: Figure
    let description: String
  }
  let courses: [Chart]
  let spectra: [Chart]

  /// - Parameter names: of the runs.
  init(_ runs: [ReportedRun], names: [String], sights: [[RunSight]]) {
    courses = Self.courses(runs, names)
    spectra = zip(names, sights).map { name, sights in
      Self.spectrum(of: sights, title: runs.count > 1 ? "Spectrum, \(name)" : "Spectrum of the features")
    }
  }

  private static func courses(_ runs: [ReportedRun], _ names: [String]) -> [Chart] {
    // Patch features have no course: the facts name their only spread and rank.
    let networks = runs.indices.filter { !runs[$0].record.configuration.isPatches }
    func series(_ value: (EpochMetrics) -> Double?) -> [Figure.Series] {
      networks.map { index in
        let points = runs[index].epochs.compactMap { epoch in
          value(epoch).map { Figure.Series.Point(Double(epoch.epoch), $0) }
        }
        return Figure.Series(runs.count > 1 ? names[index] : "", .line, points, colour: index)
      }
    }
    let kept: [(title: String, y: String, series: [Figure.Series])] = [
      ("Loss", "loss", series { $0.epoch > 0 ? $0.loss : nil }),
      ("Spread of the outputs", "std · √d", series(\.std)),
      ("Effective rank of the outputs", "rank", series(\.rank)),
      ("Learning rate", "rate", series { $0.epoch > 0 ? $0.rate : nil }),
    ]
    var charts = kept.filter { $0.series.contains { $0.points.count > 1 } }.map { title, y, series in
      chart(Figure.Panel(title, x: .init("epoch", .counted), y: .init(y), series: series))
    }
    if let panel = accuracy(runs, names) { charts.insert(chart(panel), at: min(3, charts.count)) }
    return charts
  }

  /// The online k-NN, with raw pixels and the untrained encoder as lines.
  private static func accuracy(_ runs: [ReportedRun], _ names: [String]) -> Figure.Panel? {
    // Patch features have no epochs, only a before and an after.
    let areFitted = runs.allSatisfy(\.record.configuration.isPatches)
    let series = zip(runs, names).map { run, name in
      let points = run.epochs.compactMap { epoch in
        epoch.knn.map {
          Figure.Series.Point(
            Double(epoch.epoch), 100 * $0.value, low: 100 * $0.low, high: 100 * $0.high)
        }
      }
      return Figure.Series(
        runs.count > 1 ? name : "", areFitted ? .points : .pointsAndLine, points,
        uncertainty: areFitted ? .vertical : .band)
    }
    guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
    var rules: [Figure.Rule] = []
    for run in runs {
      let first = run.epochs.first { $0.epoch == 0 }
      for (name, value, isAtStart) in [
        ("raw pixels", first?.rawKnn?.value, false), ("untrained", first?.knn?.value, true),
      ] {
        guard let value, !rules.contains(where: { $0.position == .y(100 * value) }) else { continue }
        rules.append(Figure.Rule(.y(100 * value), name, atStart: isAtStart))
      }
    }
    return Figure.Panel(
      "Online k-NN on held-out pictures",
      x: areFitted ? .init("", .names(["untrained network", "fitted"])) : .init("epoch", .counted),
      y: .init("accuracy in %"), series: series,
      rules: rules)
  }

  private static func spectrum(of sights: [RunSight], title: String) -> Chart {
    let series = sights.map { sight in
      let values = sight.spectrum.singularValues
      let largest = max(values.first ?? 0, .leastNormalMagnitude)
      let points = values.enumerated().compactMap { index, value in
        // Below the rounding of single precision there is nothing to see.
        value / largest > 1e-4 ? Figure.Series.Point(Double(index + 1), value / largest) : nil
      }
      return Figure.Series(
        "\(sight.name), rank \(significant(sight.spectrum.effectiveRank, 3))", .line, points)
    }
    return chart(
      Figure.Panel(
        title, x: .init("direction", .logarithmic), y: .init("singular value", .logarithmic),
        series: series))
  }

  private static func chart(_ panel: Figure.Panel) -> Chart {
    let ends = panel.series.compactMap { series -> String? in
      guard let first = series.points.first, let last = series.points.last else { return nil }
      let name = series.name.isEmpty ? "" : "\(series.name): "
      return "\(name)from \(significant(first.y)) to \(significant(last.y))"
    }
    return Chart(
      figure: Figure("chart", title: "", columns: 1, panels: [panel]),
      description: "\(panel.title), \(panel.y.label) by \(panel.x.label). \(ends.joined(separator: "; ")).")
  }
}
