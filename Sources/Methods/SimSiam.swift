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
  package static let options = [noStopGradient, onlyTargetGradient, noPredictor, asymmetric]

  package static let noStopGradient = MethodOption(
    "no-stop-gradient", .flag, endangers: true, help: "let the gradient through the targets as well")
  package static let onlyTargetGradient = MethodOption(
    "only-target-gradient", .flag, endangers: true,
    help: "let the encoder learn through the targets alone, and the predictor as ever")
  package static let noPredictor = MethodOption(
    "no-predictor", .flag, endangers: true, help: "compare the projector's outputs themselves")
  package static let asymmetric = MethodOption(
    "asymmetric", .flag, help: "predict the second view from the first only, not both ways")

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let twoViewStep: TwoViewStep

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    let options = configuration.options
    network = SiameseNetwork(configuration, hasPredictor: !options.flag(Self.noPredictor), in: &layout)
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
