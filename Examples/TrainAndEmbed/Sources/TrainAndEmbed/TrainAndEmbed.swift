import Siam

/// Learns from a folder of pictures, and turns each of them into a vector.
func trainAndEmbed(_ root: String, epochs: Int) throws -> (encoder: TrainedEncoder, features: FeatureTable) {
  var configuration = TrainingConfiguration()
  configuration.epochs = epochs
  let pictures = try PictureStore(ImageFolder(root), for: configuration)
  let session = try TrainingSession(configuration, on: pictures)
  try session.run { event in
    if case .epoch(let epoch) = event, let loss = epoch.loss { print("epoch \(epoch.epoch): loss \(loss)") }
  }
  return (session.encoder, try session.encoder.features(of: pictures))
}
