import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// How an experiment sees its pictures: their size and recipe, which of them vote, and by which rule.
struct Setting: Sendable {
  static let vote = NearestNeighbourVote(k: 20, temperature: 0.07)
  /// What is learned from.
  let store: PictureStore
  let bank, queries: PictureSubset
  /// The side of a picture for the encoder.
  let size: Int
  /// The written form of the recipe, and what it stands for.
  let recipeText: String
  let recipe: Recipe

  /// - Parameters:
  ///   - pictures: whole folders.
  ///   - most: how many of them vote and ask at most, taken evenly over the folder and so over its classes.
  init(_ pictures: LaboratoryPictures, atMost most: (bank: Int, queries: Int)) throws {
    store = pictures.train
    bank = PictureSubset(pictures.bank.store, Self.spread(pictures.bank.indices, most.bank))
    queries = PictureSubset(pictures.queries.store, Self.spread(pictures.queries.indices, most.queries))
    let places = Self.spread(Array(0..<store.count), 50)
    var views = SuitableViews()
    for place in places { views.add(try store.picture(place)) }
    // At most 64 pixels: the questions need many trainings.
    size = views.size(atMost: 64)
    recipeText = views.recipe(size: size)
    recipe = try Recipe(recipeText)
  }

  private static func spread(_ places: [Int], _ count: Int) -> [Int] {
    guard places.count > count else { return places }
    return (0..<count).map { places[$0 * places.count / count] }
  }

  /// The encoder that experiments share: four convolutions.
  func encoder(width: Int, preset: EncoderConfiguration.Preset = .tiny, normalizes: Bool = true)
    -> EncoderConfiguration
  {
    EncoderConfiguration(preset: preset, width: width, size: size, normalizes: normalizes)
  }

  /// A training of the base method on these pictures.
  func configuration(width: Int, epochs: Int, batch: Int = 64, seed: UInt64) -> TrainingConfiguration {
    var result = TrainingConfiguration()
    result.method = baseMethod.name
    result.encoder = encoder(width: width)
    result.recipe = recipeText
    (result.dimension, result.hidden) = (128, 32)
    (result.epochs, result.batch, result.seed) = (epochs, min(batch, store.count), seed)
    // What the experiments' rules and published figures were made with, whatever is usual elsewhere.
    (result.baseRate, result.warmupEpochs) = (0.2, 0)
    return result
  }

  /// A training at its beginning.
  func trainer(_ configuration: TrainingConfiguration) -> Trainer {
    Trainer(configuration, recipe: recipe, store: store)
  }

  /// The share of the queries classified rightly, for each read-out.
  func accuracies(of encoder: TrainedEncoder, _ readOuts: [ReadOut]) throws -> [Proportion] {
    let evaluation = Evaluation(bank: bank, queries: queries, votes: [Self.vote], readOuts: readOuts)
    return try evaluation.rows(of: encoder, named: "").compactMap { $0.scores.first?.accuracy }
  }

  /// The same from raw pixels.
  func rawAccuracy() throws -> Proportion {
    let evaluation = Evaluation(bank: bank, queries: queries, votes: [Self.vote])
    let row = try evaluation.rawPixels(normalization: recipe.normalization, size: size)
    guard let score = row.scores.first else { preconditionFailure("a vote without a score") }
    return score.accuracy
  }

  /// "1,500 pictures vote on 500": for the report.
  var summary: String {
    """
    \(store.count) pictures in \(store.classesInUse.count) classes at \(size)x\(size), recipe \(recipeText); \
    \(queries.count) queries among \(bank.count) by k-NN (cosine, k = \(Self.vote.k), T = \
    \(significant(Self.vote.temperature)))
    """
  }

  /// The share of right answers without any knowledge.
  var chance: Double { 1 / Double(max(1, store.classesInUse.count)) }
}
