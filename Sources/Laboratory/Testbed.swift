import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFigures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The images of an experiment, how networks are trained on them, and how features are judged.
struct Testbed: Sendable {
  /// The rule by which the bank's images classify a query.
  static let vote = NearestNeighbourVote(k: 20, temperature: 0.07)
  /// The images to train on.
  let store: ImageStore
  /// The images that vote, and those that are classified.
  let bank, queries: ImageSubset
  /// The side of the encoder's input in pixels.
  let size: Int
  /// The recipe as text, and parsed.
  let recipeText: String
  let recipe: Recipe

  /// Chooses size and recipe from a sample of the images.
  ///
  /// - Parameter most: limits of bank and queries. Images are taken evenly over the folder and so over its classes.
  /// - Throws: what reading the images throws.
  init(_ images: LaboratoryImages, atMost most: (bank: Int, queries: Int)) throws {
    store = images.train
    bank = ImageSubset(images.bank.store, Self.spread(images.bank.indices, most.bank))
    queries = ImageSubset(images.queries.store, Self.spread(images.queries.indices, most.queries))
    var views = SuitableViews()
    for index in Self.spread(ImageSubset(store).present.indices, 50) {
      if let image = try store.imageUnlessLost(index) { views.add(image) }
    }
    // At most 64 pixels: each question needs many trainings.
    size = views.size(atMost: 64)
    (recipeText, recipe) = views.recipe(size: size)
  }

  private static func spread(_ indices: [Int], _ count: Int) -> [Int] {
    guard indices.count > count else { return indices }
    return (0..<count).map { indices[$0 * indices.count / count] }
  }

  /// An encoder for these images; by default of four convolutions.
  func encoder(width: Int, preset: EncoderConfiguration.Preset = .tiny, normalizes: Bool = true)
    -> EncoderConfiguration
  {
    EncoderConfiguration(preset: preset, width: width, size: size, normalizes: normalizes)
  }

  /// A training of the base method on these images.
  func configuration(width: Int, epochs: Int, batch: Int = 64, seed: UInt64) -> TrainingConfiguration {
    var result = TrainingConfiguration()
    result.method = baseMethod.name
    result.encoder = encoder(width: width)
    result.recipe = recipe
    (result.dimension, result.hidden) = (128, 32)
    (result.epochs, result.batch, result.seed) = (epochs, min(batch, store.count), seed)
    // The predictions and the published results were made with these values, which may differ from the defaults.
    (result.baseRate, result.warmupEpochs) = (0.2, 0)
    return result
  }

  /// A training before its first step, without a run folder.
  func session(_ configuration: TrainingConfiguration) -> TrainingSession {
    TrainingSession(Trainer(configuration, store: store), watchesForCollapse: false, fitsComponents: false)
  }

  /// The untrained encoder, its normalisation statistics measured on the training images.
  func untrained(_ configuration: TrainingConfiguration) throws -> NetworkEncoder {
    let encoder = NetworkEncoder(untrained: configuration, normalization: recipe.normalization)
    return try encoder.untrained(calibratedOn: store)
  }

  /// The encoder after all epochs.
  ///
  /// - Parameter progress: called with the epoch, from 1; may throw to stop.
  /// - Throws: `Diverged`, and what reading the images and `progress` throw.
  func trained(
    _ configuration: TrainingConfiguration, progress: (Int) throws -> Void
  ) throws -> NetworkEncoder {
    let session = session(configuration)
    try session.run { event in
      if case .step(let step) = event { try progress(step.epoch + 1) }
    }
    return NetworkEncoder(session.trainer)
  }

  /// Which queries the bank classifies correctly, for each read-out.
  func answers(of encoder: NetworkEncoder, _ readOuts: [ReadOut]) throws -> [Answers] {
    let evaluation = Evaluation(bank: bank, queries: queries, votes: [Self.vote], readOuts: readOuts)
    return try evaluation.rows(of: TrainedEncoder(encoder), named: "").map(Self.answers)
  }

  /// The same with raw pixels as features, in the best of a few normalisations.
  func rawAnswers() throws -> Answers {
    let evaluation = Evaluation(bank: bank, queries: queries, votes: [Self.vote])
    let pixels = try RawPixels(bestOn: bank, size: size, or: recipe.normalization)
    return Self.answers(try evaluation.rawPixels(normalization: pixels.normalization, size: pixels.size))
  }

  /// The same with features that were computed already, (N, D) each.
  func answers(queries asked: [Float], bank known: [Float]) throws -> Answers {
    let scores = try classify(queries.table(asked), by: bank.table(known), votes: [Self.vote])
    guard let answers = scores.first?.answers else { preconditionFailure("a vote without answers") }
    return answers
  }

  private static func answers(_ row: EvaluationRow) -> Answers {
    guard let answers = row.scores.first?.answers else { preconditionFailure("a vote without answers") }
    return answers
  }

  /// The key of a training by its configuration.
  ///
  /// - Parameter more: what else was chosen.
  func key(
    _ experiment: any Experiment.Type, _ arm: String, _ configuration: TrainingConfiguration,
    _ more: String = ""
  ) -> KeptRuns.Key {
    KeptRuns.Key(
      experiment: experiment.name, arm: arm, seed: configuration.seed,
      images: [
        store.fingerprint, "\(bank.count) of \(bank.store.fingerprint)",
        "\(queries.count) of \(queries.store.fingerprint)",
      ].joined(separator: "; "),
      choices: JSON.text(configuration) + more)
  }

  /// Images, recipe and k-NN rule in a phrase for the report.
  var summary: String {
    """
    \(store.count) pictures in \(store.classesInUse.count) classes at \(size)x\(size), recipe \(recipeText); \
    \(queries.count) queries among \(bank.count) by k-NN (cosine, k = \(Self.vote.k), T = \
    \(significant(Self.vote.temperature)))
    """
  }

  /// The accuracy of guessing, 0...1.
  var chance: Double { 1 / Double(max(1, store.classesInUse.count)) }
}
