import Glibc
package import SiamDatasets
package import SiamNeuralNetworks

/// SimCLR: two views of an image attract each other, and repel those of all other images in the batch.
///
/// The loss is `normalizedCrossEntropy` of the projector's outputs; there is no predictor.
/// Source: Chen, Kornblith, Norouzi, Hinton 2020, algorithm 1.
package struct SimCLR: Method {
  package static let name = "simclr"
  package static let title = "SimCLR"
  package static let summary = "the other pictures of the batch are negatives; no predictor"
  package static let options = [temperature]

  package static let temperature = MethodOption(
    "temperature", .number(default: 0.1, in: 0.01...100), help: "the temperature of the contrast")

  /// The chance is that of similarities which are all 0: the positive is one of 2N − 1.
  package static func meaning(ofLossIn configuration: TrainingConfiguration) -> LossMeaning {
    LossMeaning("cross entropy", best: 0, chance: log(Double(2 * configuration.batch - 1)))
  }

  /// 0.5, which the paper has for CIFAR-10 (appendix B.9).
  package static let smallImageOptions: [String: MethodValue] = [temperature.name: .number(0.5)]

  package let network: SiameseNetwork
  package var predictorRange: Range<Int> { network.predictorRange }
  private let temperature: Double

  package init(_ configuration: TrainingConfiguration, in layout: inout ParameterLayout) {
    network = SiameseNetwork(configuration, hasPredictor: false, in: &layout)
    temperature = configuration.options.number(Self.temperature)
  }

  package func step(_ batch: ViewBatch, _ parameters: inout Parameters) -> StepResult {
    network.step(batch, &parameters) { normalizedCrossEntropy($0, $1, temperature: temperature) }
  }
}
