import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport

/// A training small enough for a debug build.
func smallConfiguration(epochs: Int = 3, batch: Int = 8) -> TrainingConfiguration {
  var configuration = TrainingConfiguration()
  configuration.method = SimSiam.name
  configuration.encoder = EncoderConfiguration(preset: .tiny, width: 4, size: 16)
  configuration.recipe = .grey
  (configuration.dimension, configuration.hidden) = (16, 8)
  (configuration.epochs, configuration.batch, configuration.seed) = (epochs, batch, 5)
  (configuration.baseRate, configuration.warmupEpochs) = (0.2, 0)
  return configuration
}

func smallTrainer(
  _ store: ImageStore, _ configuration: TrainingConfiguration = smallConfiguration()
) throws -> Trainer {
  Trainer(configuration, store: store)
}

/// What a small training's `config.json` says.
func smallRecord(_ store: ImageStore) -> RunRecord {
  RunRecord(
    program: "siam test", command: ["train", "a b"], configuration: smallConfiguration(),
    images: .init(store),
    reading: .init(
      isStrict: false, maximumBadShare: 0.1, maximumPixels: 10, wideGrey: .highByte, appliesOrientation: true,
      isExact: false),
    test: nil, knnEvery: 2, saveEverySeconds: 0.5, memoryMegabytes: 3)
}
