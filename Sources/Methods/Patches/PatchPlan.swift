import SiamNeuralNetworks
import SiamTensors

/// How patch features are to be fitted in a given time: what is best for pictures of that size, as far as it fits.
package struct PatchPlan: Sendable, Equatable {
  package let size, scales, atoms: Int
  /// The expected time of fit and judgement on this machine.
  package let seconds: Double

  /// The best first, by k-NN on training pictures held out: `data/reference/recipes.json`.
  private static let large = [
    (64, 2, 2048), (64, 2, 1024), (32, 1, 2048), (32, 1, 1024), (32, 1, 512), (32, 1, 256),
  ]
  private static let small = [(32, 1, 4096), (32, 1, 2048), (32, 1, 1024), (32, 1, 512), (32, 1, 256)]

  /// The plan for a time; the cheapest where none fits.
  ///
  /// - Parameters:
  ///   - suitable: the side of the pictures in pixels, as `SuitableViews` has it.
  ///   - configuration: its own values count for those of `fixed`, which the user chose.
  ///   - secondsPerProduct: see `measuredSecondsPerProduct`.
  package init(
    for images: Int, suitable: Int, within seconds: Double, _ configuration: TrainingConfiguration,
    fixed: Set<String> = [], secondsPerProduct: Double
  ) {
    var plan: PatchPlan?
    for candidate in suitable >= 64 ? Self.large : Self.small {
      var patches = PatchConfiguration(configuration)
      let isSizeFixed = fixed.contains("--size") || fixed.contains("--" + Patches.square.name)
      if !isSizeFixed { patches.size = candidate.0 }
      if !fixed.contains("--" + Patches.scales.name) { patches.scales = isSizeFixed ? 1 : candidate.1 }
      if !fixed.contains("--" + Patches.atoms.name) { patches.atoms = candidate.2 }
      let expected = patches.products(fitting: images) * secondsPerProduct
      plan = PatchPlan(patches, seconds: expected)
      if expected <= seconds { break }
    }
    guard let plan else { preconditionFailure("no plans") }
    self = plan
  }

  private init(_ patches: PatchConfiguration, seconds: Double) {
    (size, scales, atoms) = (patches.size, patches.scales, patches.atoms)
    self.seconds = seconds
  }

  /// Writes the choice into a configuration; beside a network `--size` is that of its views.
  package func apply(to configuration: inout TrainingConfiguration) {
    if configuration.isPatches {
      configuration.encoder.size = size
    } else {
      configuration.options[Patches.square] = .number(Double(size))
    }
    configuration.options[Patches.scales] = .number(Double(scales))
    configuration.options[Patches.atoms] = .number(Double(atoms))
  }

  /// Seconds that a product of the codes takes on this machine with all its threads, measured on made-up patches.
  package static func measuredSecondsPerProduct() -> Double {
    var patches = PatchConfiguration()
    patches.atoms = 1024
    var generator = CounterGenerator(0x7061_6365)
    func random(_ shape: [Int]) -> Tensor {
      Tensor(shape, (0..<shape.reduce(1, *)).map { _ in Float(generator.fraction()) - 0.5 })
    }
    let coder = PatchCoder(
      patches,
      PatchWhitening(weights: random([patches.patchLength, patches.rank]), bias: random([patches.rank])),
      dictionary: random([patches.atoms, patches.rank]), threshold: 0.95, smallestNorm: 1e-3)
    let count = 8 * threadCount
    let images = random([count, patches.size, patches.size, 3])
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<5 {
      let time = clock.measure { _ = parallelMap(count) { coder.codes(of: images, $0).patches } }
      best = min(best, time / .seconds(1) / (Double(count) * patches.products))
    }
    return best
  }
}

extension PatchConfiguration {
  /// Products of floats to encode an image: whitening, cosines, and the sums of the active atoms' rows.
  package var products: Double {
    sizes.indices.reduce(0) { sum, index in
      let stage = stage(index)
      let each =
        Double(stage.rank) * Double(stage.patchLength + stage.atoms)
        + stage.density * Double(stage.atoms) * Double(stage.dimension)
      return sum + Double(stage.grid * stage.grid) * each
    }
  }

  /// Products to fit to so many images, to judge by online k-NN and to compare at the end.
  ///
  /// Codes and cells of the sample and the encodings cost `products` each. A product of the eigenproblems is in double
  /// precision, and counts four times. The untrained network is two fifths of a hundred million products at 32 px.
  func products(fitting images: Int) -> Double {
    let (all, sample) = (Double(images), Double(min(images, self.images)))
    let judged = min(5000, all)
    let (m, d) = (Double(min(atoms, 16 * images)), Double(scales * stageDimension))
    let eigenvectors = 4 * (Double(scales) * m * m * (m / 3 + 100 * 144) + d * d * 40 * 576)
    let network = 40e6 * Double(size * size) / 1024
    return (2.5 * sample + judged + all) * products + (judged + all) * network + sample * d * d + eigenvectors
  }
}
