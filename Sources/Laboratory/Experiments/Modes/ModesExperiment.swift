import Glibc
import SiamFeatures
import SiamFigures
import SiamFiles
import SiamTensors

/// The modes of a linear Siamese network: where each comes to rest, and which weight decay kills them all.
package struct ModesExperiment: Experiment {
  package static let name = "modes"
  package static let summary =
    "A linear network mode by mode: resting points, critical weight decay, the parabola."
  package static let needsImages = false

  /// σ², the variance of the views.
  static let noise = 0.5
  /// η, the default weight decay.
  static let decay = 0.05

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let seeds = conditions.seeds(quick: 3, full: 10)
    let modes = [0.02, 0.05, 0.054, 0.055, 0.06, 0.1, 0.3, 0.6122, 1, 1.5].map { start in
      Mode(
        start: start,
        end: LinearSiamese.mode(from: start, noise: Self.noise, decay: Self.decay, time: 4000))
    }
    var paths: [Path] = []
    for seed in seeds {
      try conditions.progress("flow, seed \(seed)")
      paths.append(Path(seed: seed, time: conditions.isQuick ? 200 : 300))
    }
    var sweep: [Decay] = []
    for decay in [0.01, 0.03, 0.05, 0.08, 0.11, 0.14, 0.155, 0.165, 0.168, 0.18, 0.2] {
      try conditions.progress("weight decay \(decay)")
      sweep.append(Decay(decay, seeds: seeds, steps: conditions.isQuick ? 6000 : 20_000))
    }
    let results = Results(modes: modes, paths: paths, sweep: sweep)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        Where does each direction of a linear network with predictor and stop-gradient come to rest, and does weight \
        decay decide between collapse and learning as the theory of Tian, Chen and Ganguli (2021) says?
        """,
      method: """
        Encoder W (8 x 16) and predictor P (8 x 8) on standard normal pictures, views of variance σ² = 0.5, weight decay \
        η = 0.05 unless said otherwise. The mean flow was integrated by Runge–Kutta from W and P off the invariant \
        parabola and P not symmetric; single modes until they rest; and stochastic gradient descent (batch 64, rate \
        0.05) from modes at 0.6 for eleven weight decays.
        """,
      findings: results.findings,
      limits: """
        Linear, isotropic pictures and views, no normalisation, a predictor as fast as the encoder. Networks with batch \
        normalisation do not lose their size to weight decay in this way.
        """,
      figures: [results.modesFigure, results.alignmentFigure], results: results)
  }

  /// The start and the end of a single mode on the parabola.
  struct Mode: Encodable, Sendable { let start, end: Double }

  /// The gradient flow of a network with all its modes.
  struct Path: Encodable, Sendable {
    /// The seed of the start.
    let seed: UInt64
    /// The times of all lists.
    private(set) var times: [Double] = []
    /// The eigenvalues of P by time, ascending.
    private(set) var eigenvalues: [[Double]] = []
    /// ||F P − P F||.
    private(set) var misalignment: [Double] = []
    /// ||P − Pᵀ||.
    private(set) var asymmetry: [Double] = []
    /// ||W Wᵀ − PᵀP||.
    private(set) var departure: [Double] = []
    /// The largest |C(t) − exp(−2ηt) C(0)| of any entry, C = W Wᵀ − PᵀP.
    private(set) var invariantError = 0.0

    init(seed: UInt64, time: Double, step: Double = 0.1) {
      self.seed = seed
      var generator = CounterGenerator(seed, 0x6D6F_6465)
      var network = LinearSiamese(
        start: [0.03, 0.04, 0.3, 0.35, 0.45, 0.6, 0.8, 1], inputs: 16, noise: noise, decay: decay,
        departure: 0.03, asymmetry: 0.03, using: &generator)
      let first = network.invariant
      for index in 0...Int(time / step) {
        if index > 0 { network.flow(by: step) }
        guard index % 10 == 0 else { continue }
        let now = Double(index) * step
        times.append(now)
        eigenvalues.append(network.predictor.eigenvalues)
        misalignment.append(network.misalignment)
        asymmetry.append(network.asymmetry)
        let invariant = network.invariant
        departure.append(invariant.norm)
        let off = invariant - exp(-2 * decay * now) * first
        invariantError = off.values.reduce(invariantError) { max($0, abs($1)) }
      }
    }
  }

  /// The end of stochastic gradient descent with one weight decay.
  struct Decay: Encodable, Sendable {
    /// The weight decay η.
    let decay: Double
    /// p+ by the theory; 0 above the critical decay.
    let predicted: Double
    /// The mean eigenvalue of P at the end, over the seeds.
    let eigenvalue: Estimate

    init(_ decay: Double, seeds: [UInt64], steps: Int) {
      self.decay = decay
      predicted = LinearSiamese.restingPoints(noise: noise, decay: decay)?.upper ?? 0
      eigenvalue = Estimate(
        parallelMap(seeds.count) { index in
          var generator = CounterGenerator(seeds[index], 0x6465_6361)
          var network = LinearSiamese(
            start: [0.6, 0.6, 0.6, 0.6], inputs: 4, noise: noise, decay: decay, departure: 0, asymmetry: 0,
            using: &generator)
          for _ in 0..<steps { network.descend(batch: 64, rate: 0.05, using: &generator) }
          let eigenvalues = network.predictor.eigenvalues
          return eigenvalues.reduce(0, +) / Double(eigenvalues.count)
        })
    }
  }

  /// Modes, networks and weight decays, and what they say.
  struct Results: Encodable, Sendable {
    /// Single modes from ten starts.
    let modes: [Mode]
    /// A network for each seed.
    let paths: [Path]
    /// One for each weight decay.
    let sweep: [Decay]

    /// The theory's predictions.
    var findings: [Finding] {
      guard let rest = LinearSiamese.restingPoints(noise: noise, decay: decay) else { return [] }
      let critical = LinearSiamese.criticalDecay(noise: noise)
      let error = modes.map { abs($0.end - ($0.start < rest.lower ? 0 : rest.upper)) }.max() ?? .nan
      let ends = paths.compactMap { $0.eigenvalues.last }.joined().map { min(abs($0), abs($0 - rest.upper)) }
      let invariant = paths.map(\.invariantError).max() ?? .nan
      func fall(_ values: (Path) -> [Double]) -> Double {
        paths.map { (values($0).last ?? .nan) / (values($0).max() ?? .nan) }.max() ?? .nan
      }
      let (alignment, symmetry) = (fall(\.misalignment), fall(\.asymmetry))
      let below = sweep.filter { $0.decay < 0.95 * critical }
      let off = below.map { $0.eigenvalue.largestDistance(from: $0.predicted) }.max() ?? .nan
      let above =
        sweep.filter { $0.decay > 1.05 * critical }.map { $0.eigenvalue.largestDistance(from: 0) }.max()
        ?? .nan
      return [
        Finding(
          """
          a mode that starts below p− = \(decimal(rest.lower, places: 4)) dies, any other rests at \
          p+ = \(decimal(rest.upper, places: 4))
          """, "The ten modes tried end within \(significant(error, 2)) of it.", exact: error,
          is: .below(Bound.exact)),
        Finding(
          "the modes of a whole network, off the parabola and not symmetric at first, rest at 0 or p+ too",
          "All \(ends.count) eigenvalues of P end within \(significant(ends.max() ?? .nan, 2)).",
          exact: ends.max() ?? .nan, is: .below(Bound.descent)),
        Finding(
          "W Wᵀ − PᵀP = C exp(−2ηt): what lies off the parabola decays at a rate that nothing else changes",
          "No entry departs from it by more than \(significant(invariant, 2)).", exact: invariant,
          is: .below(Bound.exact)),
        Finding(
          "predictor and correlation align, and the predictor becomes symmetric",
          """
          ‖FP − PF‖ falls to \(significant(alignment, 2)) of its largest value, ‖P − Pᵀ‖ to \
          \(significant(symmetry, 2)).
          """, exact: max(alignment, symmetry), is: .below(Bound.descent)),
        Finding(
          "stochastic descent keeps p+ below the weight decay \(decimal(critical, places: 4)), and nothing above",
          """
          Up to 95 % of it every seed's mean eigenvalue is within \(significant(off, 2)) of p+; from 105 % on it is at most \
          \(significant(above, 2)).
          """,
          exact: max(off, above), is: .below(Bound.stochastic)),
      ]
    }

    /// Eigenvalues by time, and resting points by weight decay.
    var modesFigure: Figure {
      let rest = LinearSiamese.restingPoints(noise: noise, decay: decay)
      let path = paths[0]
      let modes = Figure.Panel(
        "Eigenvalues of the predictor, one network", x: .init("time t"),
        y: .init("eigenvalue of P", in: -0.05...1.1),
        series: path.eigenvalues[0].indices.map { mode in
          Figure.Series("", .line, zip(path.times, path.eigenvalues).map { .init($0, $1[mode]) }, colour: 0)
        },
        rules: [
          .init(.y(rest?.upper ?? 0), "p+ = \(decimal(rest?.upper ?? 0, places: 4))"),
          .init(.y(rest?.lower ?? 0), "p− = \(decimal(rest?.lower ?? 0, places: 4))"),
        ])
      let critical = LinearSiamese.criticalDecay(noise: noise)
      let curve = (0...200).map { critical * Double($0) / 200 }
      let points = curve.map { ($0, LinearSiamese.restingPoints(noise: noise, decay: $0)) }
      let decays = Figure.Panel(
        "Where the modes rest", x: .init("weight decay η", in: 0...0.21),
        y: .init("eigenvalue of P", in: -0.05...0.75),
        series: [
          .init("p+ (stable)", .line, points.map { .init($0.0, $0.1?.upper ?? .nan) }),
          .init("p− (unstable)", .dashed, points.map { .init($0.0, $0.1?.lower ?? .nan) }, colour: 6),
          .init(
            "stochastic descent", .points,
            sweep.map {
              .init($0.decay, $0.eigenvalue.mean, low: $0.eigenvalue.low, high: $0.eigenvalue.high)
            },
            uncertainty: .vertical, colour: 1),
        ], rules: [.init(.x(critical), "η = \(decimal(critical, places: 4))")])
      return Figure("modes", title: "A linear Siamese network, σ² = 0.5", panels: [modes, decays])
    }

    /// What decays in the flow, by time.
    var alignmentFigure: Figure {
      func panel(_ title: String, _ label: String, _ values: (Path) -> [Double], line: Bool = false)
        -> Figure.Panel
      {
        var series = paths.map { path in
          Figure.Series("", .line, zip(path.times, values(path)).map { .init($0, max($1, 1e-12)) }, colour: 0)
        }
        if line, let first = paths.first {
          let start = first.departure[0]
          series.append(
            .init(
              "exp(−2ηt)", .dashed, first.times.map { .init($0, start * exp(-2 * decay * $0)) }, colour: 1))
        }
        return Figure.Panel(title, x: .init("time t"), y: .init(label, .logarithmic), series: series)
      }
      var figure = Figure(
        "alignment", title: "Predictor and correlation, a line for each seed", columns: 3,
        panels: [
          panel("Alignment", "norm of FP − PF", \.misalignment),
          panel("Symmetry", "norm of P − P'", \.asymmetry),
          panel("Off the parabola", "norm of WW' − P'P", \.departure, line: true),
        ])
      (figure.panelWidth, figure.panelHeight) = (360, 300)
      return figure
    }
  }
}
