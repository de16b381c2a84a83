import SiamFeatures
import SiamFigures
import SiamFiles

extension ExpansionExperiment {
  /// The numbers of one kind of encoder over the seeds, an estimate for each strength.
  struct Outcome: Encodable, Sendable {
    /// E ||F(T(x)) − E F(T(x))||² and E ||F(T₂(x)) − F(T₁(x))||², divided by the variance between images.
    let loss, pairLoss: [Estimate]
    /// Their first-order forms.
    let linearLoss, linearPairLoss: [Estimate]
    /// The standard deviation of one draw of each loss.
    let lossDeviation, pairDeviation: [Estimate]
    /// The first-order form divided by the loss, minus 1.
    let error: [Estimate]
    /// The share of ||F(view) − F(x)||² that the first order at x does not explain.
    let residue: [Estimate]

    /// The loss of pairs divided by that of the best target, and the same of a draw's standard deviation, by seed.
    let pairRatio, deviationRatio: [Estimate]
    /// The first-order form divided by the loss.
    let orderRatio: [Estimate]

    init(_ samples: [Sample]) {
      func estimates(_ value: (Sample) -> [Double], in domain: Estimate.Domain = .positive) -> [Estimate] {
        strengths.indices.map { s in Estimate(samples.map { value($0)[s] }, in: domain) }
      }
      func ratios(_ a: (Sample) -> [Double], _ b: (Sample) -> [Double]) -> [Estimate] {
        estimates { sample in zip(a(sample), b(sample)).map { $0 / $1 } }
      }
      (loss, pairLoss) = (estimates(\.loss), estimates(\.pairLoss))
      (linearLoss, linearPairLoss) = (estimates(\.linearLoss), estimates(\.linearPairLoss))
      (lossDeviation, pairDeviation) = (estimates(\.lossDeviation), estimates(\.pairDeviation))
      orderRatio = ratios(\.linearLoss, \.loss)
      error = estimates({ zip($0.linearLoss, $0.loss).map { $0 / $1 - 1 } }, in: .any)
      residue = estimates(\.residue)
      (pairRatio, deviationRatio) = (ratios(\.pairLoss, \.loss), ratios(\.pairDeviation, \.lossDeviation))
    }

    /// The largest strength up to which the first-order form is within a tenth of the loss, by its interval; nil if there
    /// is none.
    var reach: Double? {
      let within = zip(strengths, orderRatio).prefix { Claim.within(Bound.tenth).verdict(on: $0.1) == .held }
      return within.last?.0
    }
  }

  /// Both kinds of encoder, and what they say.
  struct Results: Encodable, Sendable {
    /// The values of s.
    let strengths: [Double]
    /// The encoder before and after training.
    let untrained, trained: Outcome

    private func span(_ values: [Estimate]) -> String {
      let means = values.map(\.mean)
      return
        "\(decimal(means.min() ?? .nan, places: 2)) to \(decimal(means.max() ?? .nan, places: 2)), with intervals from "
        + "\(decimal(values.map(\.low).min() ?? .nan, places: 2)) to \(decimal(values.map(\.high).max() ?? .nan, places: 2))"
    }

    /// The essay's approximations and inequalities.
    var findings: [Finding] {
      let (first, last) = (0, strengths.count - 1)
      let both = [untrained, trained]
      let (pairs, deviations) = (both.flatMap(\.pairRatio), both.flatMap(\.deviationRatio))
      func percent(_ outcome: Outcome, _ index: Int, places: Int) -> String {
        outcome.error[index].text(places: places, times: 100)
      }
      func verdict(_ index: Int, _ bounds: ClosedRange<Double>) -> Verdict {
        let bounds = bounds.lowerBound / 100...bounds.upperBound / 100
        return .all(both.map { Claim.within(bounds).verdict(on: $0.error[index]) })
      }
      func reach(_ outcome: Outcome) -> String { outcome.reach.map { significant($0, 2) } ?? "none tried" }
      return [
        Finding(
          "for a small augmentation the loss is its first-order form",
          """
          At s = 1/64 the first order is \(percent(untrained, first, places: 1)) % off untrained and \
          \(percent(trained, first, places: 1)) % trained.
          """, verdict(first, Bound.smallAugmentation)),
        Finding(
          "without predictor and stop-gradient the loss is larger: twice as large",
          "The ratio by strength is \(span(pairs)).",
          .all(pairs.map { Claim.within(Bound.pairs).verdict(on: $0) })),
        Finding(
          "and a draw of it varies more",
          "Its standard deviation is \(span(deviations)) times that of the best target's.",
          .all(deviations.map { Claim.above(1).verdict(on: $0) })),
        Finding(
          "the first order still describes the augmentations that are trained with (s = 1, within a tenth)",
          """
          At s = 1 it is \(percent(untrained, last, places: 0)) % off untrained and \(percent(trained, last, places: 0)) % \
          trained; it is clearly within a tenth up to s = \(reach(untrained)) and \(reach(trained)).
          """, verdict(last, Bound.augmentation)),
      ]
    }

    /// By strength, with intervals over seeds.
    var table: ReportTable {
      var table = ReportTable(
        "By strength, intervals of 95 % over seeds, the draws of each strength its own",
        [
          "s", "first order / loss, untrained", "trained", "pairs / best target, untrained", "trained",
          "deviation of a draw, untrained", "trained",
        ])
      for (index, strength) in strengths.enumerated() {
        func cells(_ value: (Outcome) -> [Estimate]) -> [String] {
          [untrained, trained].map { value($0)[index].text(places: 2) }
        }
        table.append(
          [significant(strength, 3)] + cells(\.orderRatio) + cells(\.pairRatio) + cells(\.deviationRatio))
      }
      return table
    }

    /// Losses, first orders and their ratio by strength.
    var figure: Figure {
      func points(_ values: [Estimate], times factor: Double = 1) -> [Figure.Series.Point] {
        zip(strengths, values).map {
          .init($0, factor * $1.mean, low: factor * $1.smallest, high: factor * $1.largest)
        }
      }
      let x = Figure.Axis("strength s of the augmentation", .logarithmic)
      let losses = Figure.Panel(
        "The loss and its first order", x: x, y: .init("loss / variance between pictures", .logarithmic),
        series: [
          .init("untrained", .pointsAndLine, points(untrained.loss), colour: 0),
          .init("untrained, first order", .dashed, points(untrained.linearLoss), colour: 0),
          .init("trained", .pointsAndLine, points(trained.loss), colour: 1),
          .init("trained, first order", .dashed, points(trained.linearLoss), colour: 1),
        ])
      let errors = Figure.Panel(
        "What the first order leaves", x: x, y: .init("% of the change of features", .logarithmic),
        series: [
          .init("untrained", .pointsAndLine, points(untrained.residue, times: 100), colour: 0),
          .init("trained", .pointsAndLine, points(trained.residue, times: 100), colour: 1),
        ])
      let pairs = Figure.Panel(
        "Best target and pairs of views (trained)", x: x,
        y: .init("loss / variance between pictures", .logarithmic),
        series: [
          .init("best target", .pointsAndLine, points(trained.loss), colour: 0),
          .init("pairs", .pointsAndLine, points(trained.pairLoss), colour: 1),
          .init("best target, deviation of a draw", .dotted, points(trained.lossDeviation), colour: 0),
          .init("pairs, deviation of a draw", .dotted, points(trained.pairDeviation), colour: 1),
        ])
      let error = Figure.Panel(
        "First order over loss", x: x, y: .init("first-order form / loss", .logarithmic),
        series: [
          .init("untrained", .pointsAndLine, points(untrained.orderRatio), colour: 0),
          .init("trained", .pointsAndLine, points(trained.orderRatio), colour: 1),
        ],
        rules: [.init(.y(1.1), "a tenth more or less", atStart: true), .init(.y(0.9), "")])
      return Figure(
        "expansion",
        title: "The first-order forms of the loss by augmentation strength (bands: range over the seeds)",
        panels: [losses, error, errors, pairs])
    }
  }
}
