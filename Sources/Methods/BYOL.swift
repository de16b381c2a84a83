import Glibc
package import SiamDatasets
package import SiamNeuralNetworks
package import SiamTensors

/// BYOL: SimSiam's step with targets from a teacher, a moving average of the student.
///
/// ξ ← τ ξ + (1 − τ) θ after each step, with τ = 1 − (1 − τ₀) (1 + cos(π k / K)) / 2, or τ₀ throughout. A constant τ of
/// 0 is SimSiam. Encoder and heads are SimSiam's, so that the two differ only in their targets.
/// Source: Grill et al. 2020, equations 1 to 3 and section 3.2.
package struct BYOL: Method {
  package static let name = "byol"
  package static let title = "BYOL"
  package static let summary = "the targets are those of a moving average of the network"
  package static let options = [tau, tauSchedule, SimSiam.noPredictor, SimSiam.asymmetric]

  package static let tau = MethodOption(
    "tau", .number(default: 0.99, in: 0...1), help: "the momentum of the teacher")
  package static let tauSchedule = MethodOption(
    "tau-schedule", .word(default: "cosine", of: ["cosine", "constant"]),
    help: "whether tau rises to 1 along half a cosine, or is constant")

  package static func hasPredictor(_ options: MethodValues) -> Bool { !options.flag(SimSiam.noPredictor) }
  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    .negativeCosine
  }

  package static let variants = [
    plainVariant,
    MethodVariant("byol-half", "BYOL, τ = 0.5", .open, .relatives) { use(tau: 0.5, in: &$0) },
    // SimSiam itself: the limit that the essay names.
    MethodVariant("byol-zero", "BYOL, τ = 0", .open, .relatives) { use(tau: 0, in: &$0) },
  ]

  private static func use(tau value: Double, in configuration: inout TrainingConfiguration) {
    configuration.use(Self.self)
    configuration.options[tau] = .number(value)
    configuration.options[tauSchedule] = .word("constant")
  }

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let twoViewStep: TwoViewStep
  private let tau: Double
  private let isConstant: Bool
  /// The teacher's values, at the indices of the student's.
  private var teacher = Tensor(zeros: [0])

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    let options = configuration.options
    network = SiameseNetwork(
      configuration, hasPredictor: Self.hasPredictor(options), in: &layout)
    twoViewStep = TwoViewStep(
      network: network, predictor: network.predictor, isSymmetric: !options.flag(SimSiam.asymmetric))
    tau = options.number(Self.tau)
    isConstant = options.word(Self.tauSchedule) == "constant"
  }

  package mutating func begin(with parameters: Parameters, images: Int) { teacher = parameters.values }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    // Made first: the teacher's copy of the parameters must be gone before gradients are written.
    let targets = network.targets(of: batch.views, teacher, like: parameters)
    return twoViewStep(batch, &parameters) { _ in targets }
  }

  package mutating func follow(
    _ result: StepResult, _ batch: ViewBatch, _ parameters: Parameters, step: Int, of steps: Int
  ) {
    let share = (1 + cos(.pi * Double(step) / Double(steps))) / 2
    SiamTensors.follow(
      &teacher, parameters.values, momentum: Float(isConstant ? tau : 1 - (1 - tau) * share))
  }

  package var state: [String: Tensor] {
    get { ["teacher": teacher] }
    set { if let values = newValue["teacher"] { teacher = values } }
  }
}
