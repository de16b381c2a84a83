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
    private func estimate(_ value: (Trial) -> Double) -> Estimate { Estimate(trials.map(value)) }
    private func last(_ kind: Int, _ curve: @escaping (Course) -> [Double]) -> Estimate {
      estimate { curve($0.courses[kind]).last ?? .nan }
    }

    /// Bounds that were written down before the runs, with a reason each.
    private enum Bound {
      /// A random space of as many dimensions has an overlap of about an eighth; nine tenths is the same but for noise.
      static let overlap = 0.9
      /// A tenth of its first size: nothing is left of what it began with.
      static let size = 0.1
      /// Points of k-NN within which features count as equally good.
      static let points = 3.0
    }

    var findings: [Finding] {
      let overlap = last(0) { $0.overlap }
      let modes = estimate { Double($0.courses[0].modes) }
      let without = last(1) { $0.size }
      let difference = estimate { 100 * ($0.courses[0].accuracy - $0.closedForm) }
      let gain = estimate { 100 * ($0.closedForm - $0.random) }
      func verdict(_ holds: Bool, _ fails: Bool) -> Finding.Verdict {
        holds ? .held : fails ? .failed : .unclear
      }
      return [
        Finding(
          "with predictor and stop-gradient the encoder ends in the closed form's space",
          "Of its square norm \(overlap.text(places: 1, times: 100)) % lies there; at the start "
            + "\(estimate { $0.courses[0].overlap[0] }.text(places: 1, times: 100)) %.",
          verdict(overlap.isAbove(Bound.overlap), overlap.isBelow(Bound.overlap))),
        Finding(
          "as many directions survive as the theory for one mode says, \(alive)",
          "\(modes.text(places: 1)) survive.",
          verdict(
            modes.isAbove(Double(alive) - 2.5) && modes.isBelow(Double(alive) + 2.5),
            modes.isAbove(Double(alive) + 2.5) || modes.isBelow(Double(alive) - 2.5))),
        Finding(
          "without stop-gradient the encoder collapses",
          "It ends at \(without.text(places: 1, times: 100)) % of its first size.",
          verdict(without.isBelow(Bound.size), without.isAbove(Bound.size))),
        Finding(
          "its features are as good as those of the closed form, within \(decimal(Bound.points, places: 0)) points",
          "k-NN differs by \(difference.text(places: 1)) points; closed form "
            + "\(estimate { $0.closedForm }.text(places: 1, times: 100)) %, predictor and stop-gradient "
            + "\(estimate { $0.courses[0].accuracy }.text(places: 1, times: 100)) %, without predictor "
            + "\(estimate { $0.courses[2].accuracy }.text(places: 1, times: 100)) %, random projection "
            + "\(estimate { $0.random }.text(places: 1, times: 100)) %, all whitened codes "
            + "\(estimate { $0.codes }.text(places: 1, times: 100)) %.",
          verdict(
            difference.isAbove(-Bound.points) && difference.isBelow(Bound.points),
            difference.isAbove(Bound.points) || difference.isBelow(-Bound.points))),
        Finding(
          "the closed form is better than a random projection of as many dimensions",
          "By \(gain.text(places: 1)) points.", verdict(gain.isAbove(0), gain.isBelow(0))),
      ]
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
            "Size of the encoder, of its first", x: .init("step"), y: .init("‖W‖"), series: series { $0.size }
          ),
          Figure.Panel(
            "Share in the closed form's space", x: .init("step"), y: .init("share", in: 0...1),
            series: series { $0.overlap }),
        ])
    }
  }
}
