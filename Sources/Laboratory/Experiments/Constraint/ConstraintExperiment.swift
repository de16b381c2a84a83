import SiamDatasets
import SiamFeatures
import SiamFigures
import SiamTensors

/// The two-view loss kept from collapse in two ways: by predictor and stop-gradient, and by the constraint of unit
/// covariance, which is solved in closed form.
package struct ConstraintExperiment: Experiment {
  package static let name = "constraint"
  package static let summary =
    "The two-view loss on patch codes: predictor and stop-gradient against a covariance constraint solved exactly."
  package static let needsImages = true

  package init() {}

  package func run(_ conditions: Conditions) throws -> Report {
    let testbed = try conditions.testbed(for: Self.self, quick: (500, 500), full: (4000, 1000))
    return try run(conditions, testbed, extent: conditions.isQuick ? .quick : .full)
  }

  /// The size of the experiment.
  struct Extent: Sendable {
    /// The size of a code and of the features; how many modes the weight decay lets live.
    var atoms, dimension, alive: Int
    /// Views of an image, steps of a training, images in each, and the default number of seeds.
    var views, steps, batch, seeds: Int
    var rate = 0.1

    static let quick = Extent(atoms: 64, dimension: 16, alive: 8, views: 8, steps: 1500, batch: 64, seeds: 3)
    static let full = Extent(
      atoms: 128, dimension: 32, alive: 16, views: 8, steps: 12_000, batch: 128, seeds: 5, rate: 0.03)
  }

  /// One training's course.
  struct Course: Sendable, Encodable {
    /// By measurement: steps taken, ‖W‖ as a share of its start, and the share of W that lies in the closed form's space.
    var steps: [Int] = []
    var size: [Double] = []
    var overlap: [Double] = []
    /// Singular values of W above a hundredth of its start, at the end.
    var modes = 0
    /// Which queries the features at the end classify correctly.
    var answers = Answers([])
  }

  /// Everything of one seed.
  struct Trial: Sendable, Encodable {
    /// The eigenvalues of E[a₁a₂ᵀ], descending.
    let eigenvalues: [Double]
    let decay: Double
    /// By kind, in the order of `SiameseCodes.Kind.allCases`.
    let courses: [Course]
    /// The loss minimised exactly by turns, as it is, and with unit covariance.
    let alternations: [ExactAlternation]
    /// Which queries are classified correctly by the closed form with `alive` dimensions, a random projection, and the
    /// whitened codes.
    let closedForm, random, codes: Answers
  }

  func run(_ conditions: Conditions, _ testbed: Testbed, extent: Extent) throws -> Report {
    let seeds = conditions.seeds(quick: extent.seeds, full: extent.seeds)
    let trials = try conditions.sideBySide([extent], seeds) { extent, seed, progress in
      try Self.trial(testbed, extent, seed: seed) { try progress("seed \(seed), \($0)") }
    }[0]
    let results = Results(extent: extent, trials: trials)
    return Report(
      experiment: Self.name, isQuick: conditions.isQuick, seeds: seeds,
      question: """
        Without anything against it, the loss of two views, ‖W(a₁ − a₂)‖², is least for W = 0. SimSiam keeps W alive by a \
        predictor and a stop-gradient; patch features (the sparse manifold transform) by the constraint that W has unit \
        covariance, which makes the minimum an eigenproblem. Do both find the same features? And what does an optimiser find that is \
        stronger than gradients?
        """,
      method: """
        Codes of \(extent.atoms) atoms of 6x6 patches, whitened; a view is the mean code of an \
        \(extent.views)th of a picture's patches. A linear encoder to \(extent.dimension) numbers, with a linear predictor, \
        \(extent.steps) steps of SGD on \(extent.batch) pictures with a weight decay η at which, by the theory for one mode, \
        the \(extent.alive) directions with λ² > 4η survive. And the loss without predictor, E ‖W a − η_x‖², minimised exactly by \
        turns over η and W. On \(testbed.summary).
        """,
      findings: results.findings,
      limits: """
        Encoder and predictor are linear, the views are parts of a picture instead of augmentations, and the codes are \
        whitened beforehand: a network has none of these.
        """,
      figures: [results.figure, results.alternationFigure], results: results)
  }

  private static func trial(
    _ testbed: Testbed, _ extent: Extent, seed: UInt64, progress: (String) throws -> Void
  ) throws -> Trial {
    let codes = try CodeViews(
      testbed, atoms: extent.atoms, views: extent.views, seed: seed, progress: progress)
    let m = codes.dimension
    let system = symmetricEigensystem(codes.agreement.values, m)
    let eigenvalues = Array(system.values.reversed())
    // The eigenvectors with the largest eigenvalues, a row each.
    let leading = Matrix(
      extent.alive, m,
      (0..<extent.alive).flatMap { system.vectors[(m - 1 - $0) * m..<(m - $0) * m] })
    let threshold = (eigenvalues[extent.alive - 1] + eigenvalues[extent.alive]) / 2
    let decay = max(threshold, 1e-6) * max(threshold, 1e-6) / 4
    let courses = try SiameseCodes.Kind.allCases.map { kind in
      try course(kind, codes, leading, start: eigenvalues[0], decay: decay, extent, testbed, seed) {
        try progress("\(kind.rawValue), step \($0)")
      }
    }
    var generator = CounterGenerator(seed, 0x7261_6E64)
    let random = Matrix.orthonormal(extent.alive, m, using: &generator)
    let identity = Matrix(diagonal: [Double](repeating: 1, count: m))
    return Trial(
      eigenvalues: eigenvalues, decay: decay, courses: courses,
      alternations: [false, true].map {
        ExactAlternation(codes, leading: leading, isConstrained: $0, seed: seed)
      },
      closedForm: try answers(of: leading, codes, testbed), random: try answers(of: random, codes, testbed),
      codes: try answers(of: identity, codes, testbed))
  }

  private static func course(
    _ kind: SiameseCodes.Kind, _ codes: CodeViews, _ leading: Matrix, start: Double, decay: Double,
    _ extent: Extent, _ testbed: Testbed, _ seed: UInt64, progress: (Int) throws -> Void
  ) throws -> Course {
    var generator = CounterGenerator(seed, 0x7369_616D)
    let m = codes.dimension
    var network = SiameseCodes(
      kind, dimension: extent.dimension, inputs: m, start: start, decay: decay, using: &generator)
    let norm = network.encoder.norm
    var course = Course()
    for step in 0...extent.steps {
      if step % max(1, extent.steps / 30) == 0 || step == extent.steps {
        try progress(step)
        let now = network.encoder.norm
        let inside = (network.encoder * leading.transposed).norm
        course.steps.append(step)
        course.size.append(now / norm)
        course.overlap.append(now > 0 ? inside * inside / (now * now) : 0)
      }
      guard step < extent.steps else { break }
      var (first, second) = (Matrix(zeros: extent.batch, m), Matrix(zeros: extent.batch, m))
      for row in 0..<extent.batch {
        let image = codes.views[Int(generator.next(upperBound: UInt64(codes.views.count)))]
        let one = Int(generator.next(upperBound: UInt64(image.rows)))
        let other = (one + 1 + Int(generator.next(upperBound: UInt64(image.rows - 1)))) % image.rows
        first.values.replaceSubrange(row * m..<(row + 1) * m, with: image.values[one * m..<(one + 1) * m])
        second.values.replaceSubrange(
          row * m..<(row + 1) * m, with: image.values[other * m..<(other + 1) * m])
      }
      _ = network.step(first, second, rate: extent.rate)
    }
    let square = network.encoder * network.encoder.transposed
    course.modes = square.eigenvalues.count { $0 > 1e-4 * start * start }
    course.answers = try answers(of: network.encoder, codes, testbed)
    return course
  }

  /// Which queries are classified correctly by the features W·a of whole images.
  private static func answers(of encoder: Matrix, _ codes: CodeViews, _ testbed: Testbed) throws -> Answers {
    // Cosines do not change with the size, and tiny numbers would not survive as floats.
    let scale = 1 / max(encoder.norm, 1e-300)
    func features(_ rows: Matrix) -> [Float] {
      (rows * (scale * encoder).transposed).values.map { Float($0) }
    }
    return try testbed.answers(queries: features(codes.queries), bank: features(codes.bank))
  }
}
