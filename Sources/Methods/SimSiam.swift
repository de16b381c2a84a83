package import SiamDatasets
package import SiamNeuralNetworks

/// SimSiam: two views, a predictor on one side, a stop-gradient on the other, both ways.
///
/// L = ½ D(p₁, stop(z₂)) + ½ D(p₂, stop(z₁)) with z = projector(encoder(view)) and p = predictor(z).
/// Source: Chen and He 2020, algorithm 1; the ablations are those of their section 4, and "the second term alone" is
/// Su's (2020), whose θ follows the target's gradient and whose φ, the predictor, follows its own.
package struct SimSiam: Method {
  package static let name = "simsiam"
  package static let title = "SimSiam"
  package static let summary = "a predictor on one side, a stop-gradient on the other"
  package static let options = [noStopGradient, onlyTargetGradient, noPredictor, asymmetric, affineOutput]

  package static let noStopGradient = MethodOption(
    "no-stop-gradient", .flag, endangers: true, help: "let the gradient through the targets as well")
  package static let onlyTargetGradient = MethodOption(
    "only-target-gradient", .flag, endangers: true,
    help: "give the encoder the gradient of the targets only; the predictor learns as always")
  package static let noPredictor = MethodOption(
    "no-predictor", .flag, endangers: true, help: "compare the projector's outputs themselves")
  package static let asymmetric = MethodOption(
    "asymmetric", .flag, help: "predict the second view from the first only, not both ways")
  package static let affineOutput = MethodOption(
    "affine-output", .flag, help: "give the normalisation of the projector's output a scale and a shift")

  package static func hasPredictor(_ options: MethodValues) -> Bool { !options.flag(noPredictor) }
  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    .negativeCosine
  }

  /// What Chen and He published (2020): for CIFAR-10 (appendix D) where images are no larger than 64 px, else for
  /// ImageNet (section 4).
  package static func published(size: Int) -> TrainingConfiguration? {
    var result = TrainingConfiguration(Self.self)
    result.encoder = EncoderConfiguration(preset: .resnet18, size: size, startsAsIdentity: size > 64)
    result.warmupEpochs = 0
    (result.dimension, result.hidden, result.projectorLayers) = (2048, 512, size > 64 ? 3 : 2)
    (result.batch, result.epochs) = (512, size > 64 ? 100 : 800)
    (result.baseRate, result.weightDecay) = size > 64 ? (0.05, 1e-4) : (0.03, 5e-4)
    return result
  }

  package static let variants = [
    // The predictor keeps its rate here; published with and without, 68.1 and 67.7.
    MethodVariant(name, title, published: 68.1, .learns, .parts) { _ in },
    MethodVariant("no-stop-gradient", "no stop-gradient", published: 0.1, .collapses, .parts) {
      $0.options[noStopGradient] = .flag(true)
    },
    MethodVariant("no-predictor", "no predictor", published: 0.1, .collapses, .parts) {
      $0.options[noPredictor] = .flag(true)
    },
    MethodVariant("only-target-gradient", "target's gradient alone", .collapses, .parts) {
      $0.options[onlyTargetGradient] = .flag(true)
    },
    MethodVariant("fixed-predictor", "fixed random predictor", published: 1.5, .stalls, .parts) {
      $0.predictorBaseRate = 0
    },
    MethodVariant("no-bn", "heads without BN", published: 34.6, .worse, .parts) {
      $0.headNormalization = .none
    },
    MethodVariant("hidden-bn", "BN in hidden layers only", published: 67.4, .open, .parts) {
      $0.headNormalization = .hidden
    },
    // Section 4.4: batch normalisation helps the optimisation, with no evidence that it prevents collapse.
    MethodVariant("affine-bn", "output BN with scale and shift", .open, .parts) {
      $0.options[affineOutput] = .flag(true)
    },
    MethodVariant("predictor-decays", "predictor's rate decays", published: 67.7, .learns, .relatives) {
      $0.constantPredictorRate = false
    },
    MethodVariant("asymmetric", "one direction only", published: 64.8, .worse, .relatives) {
      $0.options[asymmetric] = .flag(true)
    },
    MethodVariant("projector-1", "projector of one layer", .learns, .relatives) { $0.projectorLayers = 1 },
    MethodVariant("projector-3", "projector of three layers", .learns, .relatives) {
      $0.projectorLayers = 3
    },
  ]

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let twoViewStep: TwoViewStep

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    let options = configuration.options
    network = SiameseNetwork(configuration, hasPredictor: Self.hasPredictor(options), in: &layout)
    let flow: TwoViewStep.Flow =
      options.flag(Self.noStopGradient)
      ? .both : options.flag(Self.onlyTargetGradient) ? .targets : .predictions
    twoViewStep = TwoViewStep(
      network: network, predictor: network.predictor, isSymmetric: !options.flag(Self.asymmetric), flow: flow)
  }

  package static func refusal(of configuration: TrainingConfiguration) -> String? {
    let options = configuration.options
    guard options.flag(onlyTargetGradient) else { return nil }
    if options.flag(noStopGradient) {
      return "--only-target-gradient and --no-stop-gradient exclude each other"
    }
    return options.flag(noPredictor)
      ? "--only-target-gradient needs the predictor: without it predictions and targets are alike" : nil
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    twoViewStep(batch, &parameters)
  }
}
