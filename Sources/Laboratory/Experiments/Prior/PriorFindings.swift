import SiamFeatures
import SiamFigures
import SiamFiles
import SiamMethods
import SiamTraining

extension PriorExperiment {
  /// Raw pixels and all encoders, and what they say.
  struct Results: Encodable, Sendable {
    /// The accuracy of raw pixels, 0...1.
    let rawPixels: Double
    /// Its 95 % interval over the queries.
    let rawInterval: [Double]
    /// The accuracy of guessing, 0...1.
    let chance: Double
    /// The length of the training.
    let epochs: Int
    /// One for each encoder.
    let rows: [Row]

    private func row(_ name: String) -> Row? { rows.first { $0.name == name } }

    /// a − b in percentage points, by seed.
    private func difference(_ a: Row?, _ b: Row?, readOut: Int) -> Estimate? {
      guard let a, let b else { return nil }
      return Estimate(zip(a.accuracies[readOut], b.accuracies[readOut]).map { 100 * ($0 - $1) })
    }

    private func percent(_ estimate: Estimate?) -> String { estimate?.text(places: 1, times: 100) ?? "?" }

    /// Held if the interval lies above 0, failed if below, unclear if it contains 0.
    private func verdict(_ difference: Estimate?) -> Finding.Verdict {
      guard let difference else { return .unclear }
      return difference.isAbove(0) ? .held : difference.isBelow(0) ? .failed : .unclear
    }

    /// The essay's reasons, and what training adds.
    var findings: [Finding] {
      let (he, plain) = (row("He, BN"), row("He, no BN"))
      let (orthogonal, uniform, zero) = (row("orthogonal, BN"), row("uniform, BN"), row("zero, BN"))
      let trained = rows.first(where: \.isTrained)
      let raw = "\(decimal(100 * rawPixels, places: 1)) %"
      let fair = he?.estimate(1)
      let cells = he.map { he in Estimate(zip(he.accuracies[1], he.accuracies[0]).map { 100 * ($0 - $1) }) }
      let orthogonalGain = difference(orthogonal, uniform, readOut: 1)
      let learned = difference(trained, uniform, readOut: 1)
      let best = rows.filter { !$0.isTrained }.flatMap { row in
        PriorExperiment.readOuts.indices.map {
          (row.name, PriorExperiment.readOuts[$0].description, row.estimate($0))
        }
      }.max { $0.2.mean < $1.2.mean }
      return [
        Finding(
          "raw pixels alone are far above chance",
          "\(raw) against \(decimal(100 * chance, places: 1)) % by chance.",
          holds: rawInterval[0] > 2 * chance),
        Finding(
          "a random encoder is a fair one: far above chance",
          "He, BN, map 2x2: \(percent(fair)) %; without BN \(percent(plain?.estimate(1))) %.",
          holds: (fair?.low ?? 0) > 2 * chance),
        Finding(
          "a random encoder is better than the pixels that it looks at",
          """
          The best untrained row is \(best?.0 ?? "?"), \(best?.1 ?? "?"), with \(percent(best?.2)) %; raw pixels reach \(raw) \
          [\(decimal(100 * rawInterval[0], places: 1)), \(decimal(100 * rawInterval[1], places: 1))].
          """,
          (best?.2.low ?? 0) > rawInterval[1]
            ? .held : (best?.2.high ?? 1) < rawInterval[0] ? .failed : .unclear),
        Finding(
          "without random weights nothing is left", "Zero weights reach \(percent(zero?.estimate(1))) %.",
          holds: (zero?.estimate(1).mean ?? 1) < 1.5 * chance),
        Finding(
          "orthogonal weights do better than uniform ones of the same network",
          "By \(orthogonalGain?.text(places: 1) ?? "?") points in the 2x2 map.", verdict(orthogonalGain)),
        Finding(
          "position in the picture matters: a map is better than the average",
          "The 2x2 map of the He network with BN gains \(cells?.text(places: 1) ?? "?") points.",
          verdict(cells)),
        Finding(
          "\(epochs) epochs of SimSiam improve on the same encoder untrained",
          "By \(learned?.text(places: 1) ?? "?") points in the 2x2 map, to \(percent(trained?.estimate(1))) %.",
          verdict(learned)),
      ]
    }

    /// The accuracies of all rows and read-outs.
    var figure: Figure {
      let names = ["raw pixels"] + rows.map(\.name)
      var series = PriorExperiment.readOuts.enumerated().map { index, readOut in
        Figure.Series(
          readOut.description, .points,
          rows.enumerated().map { line, row in
            let estimate = row.estimate(index)
            // Offset, so that no mark hides another.
            return .init(
              100 * estimate.mean, Double(line + 1) + 0.22 * Double(index - 1), low: 100 * estimate.low,
              high: 100 * estimate.high)
          }, uncertainty: .horizontal)
      }
      series.append(
        Figure.Series(
          "raw pixels", .points,
          [.init(100 * rawPixels, 0, low: 100 * rawInterval[0], high: 100 * rawInterval[1])],
          uncertainty: .horizontal, colour: 6))
      let panel = Figure.Panel(
        "", x: .init("k-NN accuracy in %", in: 0...100), y: .init("", .names(names)), series: series,
        rules: [
          .init(.x(100 * chance), "chance", atStart: true),
          .init(.x(100 * rawPixels), ""),
        ])
      var figure = Figure("prior", title: "Features before and after training", columns: 1, panels: [panel])
      (figure.panelWidth, figure.panelHeight) = (760, 120 + 30 * Double(names.count))
      return figure
    }
  }
}
