import Siam

/// Learns from a folder of images, and turns each of them into a vector.
func trainAndEmbed(_ root: String, epochs: Int) throws -> (encoder: TrainedEncoder, features: FeatureTable) {
  var configuration = TrainingConfiguration()
  configuration.epochs = epochs
  let images = try ImageStore(ImageFolder(root), for: configuration)
  let session = try TrainingSession(configuration, on: images)
  try session.run { event in
    if case .epoch(let epoch) = event, let loss = epoch.loss { print("epoch \(epoch.epoch): loss \(loss)") }
  }
  return (session.encoder, try session.encoder.features(of: images))
}
