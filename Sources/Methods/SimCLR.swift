package import SiamDatasets
package import SiamNeuralNetworks

/// SimCLR: two views of a picture attract each other, and repel all other pictures' of the batch.
///
/// The loss is `normalizedCrossEntropy` of the projector's outputs; there is no predictor.
/// Source: Chen, Kornblith, Norouzi, Hinton 2020, algorithm 1.
package struct SimCLR: Method {
  package static let name = "simclr"
  package static let title = "SimCLR"
  package static let summary = "the other pictures of the batch are negatives; no predictor"
  package static let options = [temperature]

  package static let temperature = MethodOption(
    "temperature", .number(usually: 0.1, in: 0.01...100), help: "the temperature of the contrast")

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let temperature: Double

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    network = SiameseNetwork(configuration, hasPredictor: false, in: &layout)
    temperature = configuration.options.number(Self.temperature)
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    let passes = batch.views.map { network.project($0, &parameters) }
    let contrast = normalizedCrossEntropy(passes[0].z, passes[1].z, temperature: temperature)
    passes[0].backward(contrast.gradients.0, &parameters)
    passes[1].backward(contrast.gradients.1, &parameters)
    return StepResult(loss: contrast.loss, outputs: passes.map(\.z))
  }
}
