import SiamFeatures
import SiamFigures
import SiamFiles
import SiamMethods
import SiamTraining

extension PriorExperiment {
  /// Raw pixels and all encoders, and what they say.
  struct Results: Encodable, Sendable {
    /// Which queries raw pixels classify correctly.
    let raw: Answers
    /// The accuracy of guessing, 0...1.
    let chance: Double
    /// The length of the training.
    let epochs: Int
    /// One for each encoder.
    let rows: [Row]

    var rawPixels: Double { raw.proportion.value }

    private func row(_ name: String) -> Row? { rows.first { $0.name == name } }

    /// a less b with the same read-out.
    private func difference(_ a: Row?, _ b: Row?, readOut: Int) -> PairedAccuracy? {
      guard let a, let b else { return nil }
      return PairedAccuracy(a.answers[readOut], minus: b.answers[readOut])
    }

    /// An encoder less raw pixels.
    private func beyondPixels(_ row: Row, readOut: Int) -> PairedAccuracy {
      PairedAccuracy(row.answers[readOut], minus: row.answers[readOut].map { _ in raw })
    }

    private func percent(_ estimate: Estimate) -> String { estimate.text(places: 1, times: 100) }

    private var rawText: String {
      let (value, interval) = (raw.proportion.value, raw.proportion.interval)
      return "\(decimal(100 * value, places: 1)) % [\(decimal(100 * interval.lowerBound, places: 1)), "
        + "\(decimal(100 * interval.upperBound, places: 1))]"
    }

    /// The essay's reasons, and what training adds.
    var findings: [Finding] {
      guard let he = row("He, BN"), let plain = row("He, no BN"), let zero = row("zero, BN"),
        let orthogonal = difference(row("orthogonal, BN"), row("uniform, BN"), readOut: 1),
        let trained = rows.first(where: \.isTrained),
        let learned = difference(trained, row("uniform, BN"), readOut: 1)
      else { return [] }
      let cells = PairedAccuracy(he.answers[1], minus: he.answers[0])
      // Chosen for its mean over the seeds, so the comparison is kind to it.
      let untrained = rows.filter { !$0.isTrained }.flatMap { row in
        PriorExperiment.readOuts.indices.map { (row: row, readOut: $0) }
      }
      let best = untrained.max { $0.row.estimate($0.readOut).mean < $1.row.estimate($1.readOut).mean }
      let beyond = best.map { beyondPixels($0.row, readOut: $0.readOut) }
      return [
        Finding(
          "raw pixels alone are far above chance",
          "\(rawText) against \(decimal(100 * chance, places: 1)) % by chance.",
          Claim.above(Bound.fair * chance).verdict(on: raw.proportion.interval)),
        Finding(
          "a random encoder is a fair one: far above chance",
          "He, BN, map 2x2: \(percent(he.estimate(1))) %; without BN \(percent(plain.estimate(1))) %.",
          he.estimate(1), is: .above(Bound.fair * chance)),
        Finding(
          "a random encoder is better than the pixels that it looks at",
          """
          The best untrained row is \(best?.row.name ?? ""), \(best.map { PriorExperiment.readOuts[$0.readOut].description } ?? ""), \
          with \(best.map { percent($0.row.estimate($0.readOut)) } ?? "") %, \(beyond?.text ?? "") points over raw pixels; McNemar's \
          test tells the two apart for \(beyond?.distinct ?? 0) of \(beyond?.overSeeds.count ?? 0) seeds.
          """, Claim.above(0).verdict(on: beyond?.interval)),
        Finding(
          "without random weights nothing is left", "Zero weights reach \(percent(zero.estimate(1))) %.",
          zero.estimate(1), is: .below(Bound.nothing * chance)),
        Finding(
          "orthogonal weights do better than uniform ones of the same network",
          "By \(orthogonal.text) points in the 2x2 map.", orthogonal, is: .above(0)),
        Finding(
          "position in the picture matters: a map is better than the average",
          "The 2x2 map of the He network with BN gains \(cells.text) points.", cells, is: .above(0)),
        Finding(
          "\(epochs) epochs of SimSiam improve on the same encoder untrained",
          "By \(learned.text) points in the 2x2 map, to \(percent(trained.estimate(1))) %.", learned,
          is: .above(0)),
      ]
    }

    /// The accuracies of all rows and read-outs, and what each is beyond raw pixels.
    var table: ReportTable {
      let names = PriorExperiment.readOuts.map(\.description)
      var table = ReportTable(
        "k-NN in % (raw pixels: \(rawText)), and less raw pixels, in points over seeds and queries",
        ["encoder"] + names + names.map { "\($0) less raw" })
      for row in rows {
        let readOuts = PriorExperiment.readOuts.indices
        table.append(
          [row.name] + readOuts.map { percent(row.estimate($0)) }
            + readOuts.map { beyondPixels(row, readOut: $0).text })
      }
      return table
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
          [
            .init(
              100 * rawPixels, 0, low: 100 * raw.proportion.interval.lowerBound,
              high: 100 * raw.proportion.interval.upperBound)
          ],
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
