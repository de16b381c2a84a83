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

    init(_ samples: [Sample]) {
      func estimates(_ value: (Sample) -> [Double]) -> [Estimate] {
        strengths.indices.map { s in Estimate(samples.map { value($0)[s] }) }
      }
      (loss, pairLoss) = (estimates(\.loss), estimates(\.pairLoss))
      (linearLoss, linearPairLoss) = (estimates(\.linearLoss), estimates(\.linearPairLoss))
      (lossDeviation, pairDeviation) = (estimates(\.lossDeviation), estimates(\.pairDeviation))
      error = estimates { sample in zip(sample.linearLoss, sample.loss).map { $0 / $1 - 1 } }
      residue = estimates(\.residue)
    }

    /// The largest strength up to which the first-order form is within a tenth of the loss; nil if there is none.
    var reach: Double? {
      var last: Double?
      for (strength, error) in zip(strengths, error) {
        guard abs(error.mean) < 0.1 else { break }
        last = strength
      }
      return last
    }
  }

  /// Both kinds of encoder, and what they say.
  struct Results: Encodable, Sendable {
    /// The values of s.
    let strengths: [Double]
    /// The encoder before and after training.
    let untrained, trained: Outcome

    private func ratios(_ a: [Estimate], _ b: [Estimate]) -> [Double] { zip(a, b).map { $0.mean / $1.mean } }

    private func span(_ values: [Double]) -> String {
      "\(decimal(values.min() ?? .nan, places: 2)) to \(decimal(values.max() ?? .nan, places: 2))"
    }

    /// The essay's approximations and inequalities.
    var findings: [Finding] {
      let (first, last) = (0, strengths.count - 1)
      let errors = [untrained, trained].map { 100 * $0.error[first].mean }
      let full = [untrained, trained].map { 100 * $0.error[last].mean }
      let pairs = ratios(untrained.pairLoss, untrained.loss) + ratios(trained.pairLoss, trained.loss)
      let noise =
        ratios(untrained.pairDeviation, untrained.lossDeviation)
        + ratios(trained.pairDeviation, trained.lossDeviation)
      func reach(_ outcome: Outcome) -> String { outcome.reach.map { significant($0, 2) } ?? "none tried" }
      return [
        Finding(
          "for a small augmentation the loss is its first-order form",
          """
          At s = 1/64 the first order is \(decimal(errors[0], places: 1)) % off untrained and \
          \(decimal(errors[1], places: 1)) % trained.
          """, holds: errors.allSatisfy { abs($0) < 5 }),
        Finding(
          "without predictor and stop-gradient the loss is larger: twice as large",
          "The ratio is \(span(pairs)) over all strengths.",
          holds: pairs.allSatisfy { (1.6...2.4).contains($0) }),
        Finding(
          "and a draw of it varies more",
          "Its standard deviation is \(span(noise)) times that of the best target's.",
          holds: noise.allSatisfy { $0 > 1 }),
        Finding(
          "the first order still describes the augmentations that are trained with (s = 1, within a tenth)",
          """
          At s = 1 it is \(decimal(full[0], places: 0)) % off untrained and \(decimal(full[1], places: 0)) % trained; it is \
          within a tenth up to s = \(reach(untrained)) and \(reach(trained)).
          """, holds: full.allSatisfy { abs($0) < 10 }),
      ]
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
          .init("its first order", .dashed, points(untrained.linearLoss), colour: 0),
          .init("trained", .pointsAndLine, points(trained.loss), colour: 1),
          .init("its first order", .dashed, points(trained.linearLoss), colour: 1),
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
          .init("deviation of a draw", .dotted, points(trained.lossDeviation), colour: 0),
          .init("of a pair", .dotted, points(trained.pairDeviation), colour: 1),
        ])
      func ratio(_ error: [Estimate]) -> [Figure.Series.Point] {
        zip(strengths, error).map { .init($0, 1 + $1.mean, low: 1 + $1.smallest, high: 1 + $1.largest) }
      }
      let error = Figure.Panel(
        "First order over loss", x: x, y: .init("first-order form / loss", .logarithmic),
        series: [
          .init("untrained", .pointsAndLine, ratio(untrained.error), colour: 0),
          .init("trained", .pointsAndLine, ratio(trained.error), colour: 1),
        ],
        rules: [.init(.y(1.1), "a tenth more or less", atStart: true), .init(.y(0.9), "")])
      return Figure(
        "expansion",
        title: "The first-order forms of the loss by augmentation strength (bands: range over the seeds)",
        panels: [losses, error, errors, pairs])
    }
  }
}
