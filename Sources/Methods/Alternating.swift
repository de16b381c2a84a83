package import SiamDatasets
package import SiamNeuralNetworks
package import SiamTensors

/// SimSiam's hypothesis made into a method: alternate between updating targets η with the network fixed, and the network
/// with the targets fixed.
///
/// L = E D(p, η_x), where η_x = F(T'(x)) is made by the network as it stood when the alternation began, `alternation`
/// steps ago at most; this equals making the targets for the next batches in advance. With a
/// `target-momentum` m, η_x is stored for each image and updated by η_x ← m η_x + (1 − m) F(T'(x)), which stands in for
/// the mean over T that the predictor otherwise learns. Alternation 1 without momentum is SimSiam.
/// Source: Chen and He 2020, section 5.1 and 5.2, "multi-step alternation" and "expectation over augmentations"; Su 2020.
package struct Alternating: Method {
  package static let name = "alternating"
  package static let title = "Alternating optimisation"
  package static let summary = "targets of the network as it stood some steps ago, or kept for each picture"
  package static let options = [alternation, targetMomentum, SimSiam.noPredictor, SimSiam.asymmetric]

  package static let alternation = MethodOption(
    "alternation", .integer(default: 10, in: 1...1_000_000),
    help: "steps between refreshes of the network that makes the targets")
  package static let targetMomentum = MethodOption(
    "target-momentum", .number(default: 0, in: 0...0.999),
    help: "momentum of each picture's stored target, in place of or beside the predictor")

  package static func hasPredictor(_ options: MethodValues) -> Bool { !options.flag(SimSiam.noPredictor) }
  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    .negativeCosine
  }

  package static let variants = [
    MethodVariant("alternating", "targets for 10 steps", published: 68.7, .learns, .relatives) {
      $0.use(Self.self)
      $0.options[alternation] = .number(10)
    },
    MethodVariant("moving-average", "kept targets, no predictor", published: 55, .worse, .relatives) {
      $0.use(Self.self)
      $0.options[alternation] = .number(1)
      $0.options[targetMomentum] = .number(0.8)
      $0.options[SimSiam.noPredictor] = .flag(true)
    },
  ]

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let twoViewStep: TwoViewStep
  private let alternation: Int
  private let momentum: Float
  private let dimension: Int
  /// The network's values at the start of the alternation; nil if the current ones are always used.
  private var held: Tensor?
  /// η by image, (images, D), zeros for images not yet seen; nil without momentum.
  private var kept: Tensor?

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    let options = configuration.options
    network = SiameseNetwork(
      configuration, hasPredictor: Self.hasPredictor(options), in: &layout)
    twoViewStep = TwoViewStep(
      network: network, predictor: network.predictor, isSymmetric: !options.flag(SimSiam.asymmetric))
    alternation = Int(options.number(Self.alternation))
    momentum = Float(options.number(Self.targetMomentum))
    dimension = configuration.dimension
  }

  package mutating func begin(with parameters: Parameters, images: Int) {
    held = alternation > 1 ? parameters.values : nil
    kept = momentum > 0 ? Tensor(zeros: [images, dimension]) : nil
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    let old = held.map { network.targets(of: batch.views, $0, like: parameters) }
    return twoViewStep(batch, &parameters) { present in
      (old ?? present).map { followed($0, of: batch.indices) }
    }
  }

  /// m η + (1 − m) z by image; z if no target is stored yet.
  private func followed(_ z: Tensor, of images: [Int]) -> Tensor {
    guard let kept else { return z }
    var result = z
    result.updateRows(with: kept.rows(at: images)) { _, z, old in
      guard old.indices.contains(where: { old[$0] != 0 }) else { return }
      for index in z.indices { z[index] = momentum * old[index] + (1 - momentum) * z[index] }
    }
    return result
  }

  package mutating func follow(
    _ result: StepResult, _ batch: ViewBatch, _ parameters: Parameters, step: Int, of steps: Int
  ) {
    if held != nil, (step + 1) % alternation == 0 { held = parameters.values }
    guard var kept else { return }
    self.kept = nil  // a single owner avoids a copy
    let used = twoViewStep.isSymmetric ? result.targets : [result.targets[1]]
    // m η + (1 − m) of the mean over the views that served as targets.
    let shares = used.map { scaled($0, by: 1 / Float(used.count)) }
    kept.setRows(at: batch.indices, to: shares.dropFirst().reduce(shares[0]) { sum($0, $1) })
    self.kept = kept
  }

  package var state: [String: Tensor] {
    get { ["network": held, "targets": kept].compactMapValues(\.self) }
    set { (held, kept) = (newValue["network"], newValue["targets"]) }
  }
}
