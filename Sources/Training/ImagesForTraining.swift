import SiamAugmentations
public import SiamDatasets
public import SiamFeatures
public import SiamImages
public import SiamMethods
import SiamNeuralNetworks

extension ImageStore {
  /// Reads the images of a folder as a training, or an encoder trained by it, reads them: large ones are reduced
  /// as far as the views lose nothing.
  ///
  /// Images that cannot be read are left out.
  /// - Parameters:
  ///   - memory: the most bytes of decoded images to keep; the others are read again whenever they are needed.
  ///   - progress: called with the number of images read so far; may throw to stop.
  /// - Throws: an error if more than a tenth of the images are bad, what
  ///   `progress` throws.
  public init(
    _ folder: ImageFolder, for configuration: TrainingConfiguration, memory: Int = 512 << 20,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    try self.init(folder, reduction: configuration.reduction, memory: memory, progress: progress)
  }
}

extension TrainingConfiguration {
  /// How far large images may be reduced as they are read; nil where a framing asks for every pixel.
  package var reduction: Reduction? { framing == nil ? recipe.reduction(for: readingSize) : nil }
}

extension TrainedEncoder {
  /// The features of all of a store's images, with their classes and paths.
  ///
  /// Shapes: (N, dimension), or (N, side · side · dimension) for a map.
  /// - Parameters:
  ///   - readOut: nil for the preferred one.
  ///   - progress: called with the number of images done so far; may throw to stop.
  /// - Throws: `ImageError` if an image can no longer be read, and what `progress` throws.
  public func features(
    of store: ImageStore, as readOut: ReadOut? = nil, progress: (Int) throws -> Void = { _ in }
  ) throws -> FeatureTable {
    let images = ImageSubset(store)
    return images.table(try features(of: images, readOuts: [readOut ?? preferred], progress: progress)[0])
  }
}

extension Evaluation {
  /// Evaluates by k-NN: training images vote on test images, or without those on a fifth of the training images,
  /// always the same. Images whose pixels are among those that vote are not classified.
  ///
  /// - Parameters:
  ///   - test: images in folders of the same classes.
  ///   - readOuts: how feature vectors are read out of an encoder's map.
  public init(
    train: ImageStore, test: ImageStore? = nil, votes: [NearestNeighbourVote],
    readOuts: [ReadOut] = [.average, .map(side: 2)]
  ) {
    let sides = EvaluationSides(train: train, test: test)
    self.init(bank: sides.bank, queries: sides.queries, votes: votes, readOuts: readOuts)
  }

  /// Evaluates the pixels that an encoder would see: the baseline for its features.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  public func rawPixels(
    as encoder: TrainedEncoder, progress: (Int) throws -> Void = { _ in }
  ) throws -> EvaluationRow {
    try rawPixels(
      normalization: encoder.normalization, size: encoder.configuration.encoder.size, progress: progress)
  }
}
