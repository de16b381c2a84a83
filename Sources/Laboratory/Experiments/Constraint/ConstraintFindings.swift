import SiamFeatures
import SiamFigures
import SiamFiles

extension ConstraintExperiment {
  /// All trials, and what they say.
  struct Results: Encodable, Sendable {
    let alive: Int
    let trials: [Trial]

    init(extent: Extent, trials: [Trial]) { (alive, self.trials) = (extent.alive, trials) }

    /// A number of each trial.
    private func estimate(in domain: Estimate.Domain = .any, _ value: (Trial) -> Double) -> Estimate {
      Estimate(trials.map(value), in: domain)
    }
    private func accuracy(_ answers: (Trial) -> Answers) -> String {
      estimate(in: .within(0...1)) { answers($0).proportion.value }.text(places: 1, times: 100) + " %"
    }
    private func difference(_ a: (Trial) -> Answers, _ b: (Trial) -> Answers) -> PairedAccuracy {
      PairedAccuracy(trials.map(a), minus: trials.map(b))
    }

    var findings: [Finding] {
      let share = Estimate.Domain.within(0...1)
      let overlap = estimate(in: share) { $0.courses[0].overlap.last ?? .nan }
      let start = estimate(in: share) { $0.courses[0].overlap[0] }
      let modes = estimate { Double($0.courses[0].modes) }
      let without = estimate(in: .positive) { $0.courses[1].size.last ?? .nan }
      let behind = difference({ $0.courses[0].answers }, \.closedForm)
      let gain = difference(\.closedForm, \.random)
      let alternated = estimate(in: .positive) { $0.alternations[0].size.last ?? .nan }
      let loss = estimate(in: .positive) { $0.alternations[0].loss.last ?? .nan }
      let constrained = estimate(in: share) { $0.alternations[1].overlap.last ?? .nan }
      return [
        Finding(
          "with predictor and stop-gradient the encoder ends in the closed form's space",
          "Of its square norm \(overlap.text(places: 1, times: 100)) % lies there; at the start \(start.text(places: 1, times: 100)) %.",
          overlap, is: .above(Bound.overlap)),
        Finding(
          "as many directions survive as the theory for one mode says, \(alive)",
          "\(modes.text(places: 1)) survive.",
          // A mode at the edge may go either way.
          modes, is: .within(Double(alive) - 2.5...Double(alive) + 2.5)),
        Finding(
          "without stop-gradient the encoder collapses",
          "It ends at \(without.text(places: 1, times: 100)) % of its first size.", without,
          is: .below(Bound.size)),
        Finding(
          "its features are level with those of the closed form, within \(significant(Bound.level.upperBound)) points",
          """
          k-NN differs by \(behind.text) points; closed form \(accuracy(\.closedForm)), predictor and stop-gradient \
          \(accuracy { $0.courses[0].answers }), without predictor \(accuracy { $0.courses[2].answers }), random projection \
          \(accuracy(\.random)), all whitened codes \(accuracy(\.codes)).
          """, behind, is: .within(Bound.level)),
        Finding(
          "the closed form is better than a random projection of as many dimensions",
          "By \(gain.text) points.", gain, is: .above(0)),
        Finding(
          "exact minimisation by turns, an optimiser stronger than gradients, finds the degenerate solution",
          """
          After \(ExactAlternation.turns) turns W is at \(alternated.text(places: 1, times: 100)) % of its size and the loss at \
          \(loss.text(places: 3, times: 100)) % of its first.
          """, alternated, is: .below(Bound.size)),
        Finding(
          "with unit covariance after each turn it ends in the closed form's space instead",
          "\(constrained.text(places: 1, times: 100)) % lies there.", constrained, is: .above(Bound.overlap)),
      ]
    }

    /// The exact alternation by turn.
    var alternationFigure: Figure {
      let names = ["as it is", "with unit covariance"]
      func panel(
        _ title: String, _ axis: Figure.Axis, _ curve: (ExactAlternation) -> [Double]
      ) -> Figure.Panel {
        Figure.Panel(
          title, x: .init("turn", .counted), y: axis,
          series: names.indices.map { index in
            let curves = trials.map { curve($0.alternations[index]) }
            return Figure.Series(
              names[index], overSeeds: curves, at: (0...ExactAlternation.turns).map(Double.init),
              colour: index)
          })
      }
      return Figure(
        "alternation", title: "The loss minimised exactly by turns over targets and encoder", columns: 3,
        panels: [
          panel("Size of the encoder", .init("‖W‖ / first", .logarithmic), \.size),
          panel("Loss", .init("L / first", .logarithmic), \.loss),
          panel("Share in the closed form's space", .init("share", in: 0...1), \.overlap),
        ])
    }

    /// Size and overlap by step for each kind.
    var figure: Figure {
      func series(_ curve: @escaping (Course) -> [Double]) -> [Figure.Series] {
        SiameseCodes.Kind.allCases.enumerated().map { index, kind in
          Figure.Series(
            kind.rawValue, .line,
            (trials.first?.courses[index].steps ?? []).enumerated().map { place, step in
              let estimate = Estimate(trials.map { curve($0.courses[index])[place] })
              return .init(Double(step), estimate.mean, low: estimate.smallest, high: estimate.largest)
            }, uncertainty: .band)
        }
      }
      return Figure(
        "constraint", title: "Two-view loss on patch codes", columns: 2,
        panels: [
          Figure.Panel(
            "Size of the encoder", x: .init("step", .counted), y: .init("‖W‖ / first"),
            series: series { $0.size }
          ),
          Figure.Panel(
            "Share in the closed form's space", x: .init("step", .counted), y: .init("share", in: 0...1),
            series: series { $0.overlap }),
        ])
    }
  }
}
