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
  configuration.recipe = "grey"
  (configuration.dimension, configuration.hidden) = (16, 8)
  (configuration.epochs, configuration.batch, configuration.seed) = (epochs, batch, 5)
  (configuration.baseRate, configuration.warmupEpochs) = (0.2, 0)
  return configuration
}

func smallTrainer(
  _ store: PictureStore, _ configuration: TrainingConfiguration = smallConfiguration()
) throws -> Trainer {
  Trainer(configuration, recipe: try Recipe(configuration.recipe), store: store)
}
