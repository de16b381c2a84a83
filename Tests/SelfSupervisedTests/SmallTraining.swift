import Augmentations
import Images
import NeuralNetworks
import SelfSupervised
import Tensors
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

/// A folder of a few pictures in three classes, handed to `body` as a store.
func withSmallStore(each count: Int = 7, _ body: (PictureStore) throws -> Void) throws {
  try withScratchFolder { folder in
    try copyPictures(to: folder, each: count)
    try body(PictureStore(ImageFolder(folder)))
  }
}

func smallTrainer(
  _ store: PictureStore, _ configuration: TrainingConfiguration = smallConfiguration()
) throws -> Trainer {
  Trainer(configuration, recipe: try Recipe(configuration.recipe), store: store)
}
