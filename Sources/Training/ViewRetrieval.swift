package import SiamAugmentations
package import SiamDatasets
package import SiamFeatures
import SiamTensors

/// How often a random view of an image has the image itself as its nearest among others: a judgement without classes.
///
/// The views are those of the training's recipe, always the same, so that two trainings with one recipe can be compared.
/// Nearness is cosine similarity. By chance one in `images.count` is found.
package struct ViewRetrieval: Sendable {
  /// The images as they are, and each seen through its view.
  package let images, views: ImageSubset
  /// How the views are made.
  package let recipe: Recipe

  /// The most images.
  package static let most = 2000
  private static let seed: UInt64 = 0

  /// Takes some of the images, at random but always the same. Nil for fewer than two.
  ///
  package init?(_ images: ImageSubset, recipe: Recipe, most: Int = most) {
    guard images.count >= 2 else { return nil }
    var generator = CounterGenerator(Self.seed, 0x7265_7472)
    let some = chosen(min(most, images.count), of: images.count, using: &generator).sorted()
    self.images = ImageSubset(images.store, some.map { images.indices[$0] })
    views = self.images.seen(through: ImageView(recipe, seed: Self.seed))
    self.recipe = recipe
  }

  /// The images that encoders turn into features, views included.
  package var total: Int { images.count + views.count }

  /// The row of a baseline.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func row(
    of baseline: some Baseline, progress: (Int) throws -> Void = { _ in }
  ) throws -> RetrievalRow {
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let known = try baseline.features(of: images, progress: progress)
    let asked = try baseline.features(of: views) { try progress(images.count + $0) }
    return try row(baseline.name, baseline.readOut, known, asked)
  }

  /// The rows of an encoder, one for each read-out.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rows(
    of encoder: TrainedEncoder, readOuts: [ReadOut], named name: String,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [RetrievalRow] {
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let readOuts = encoder.readOuts(readOuts)
    let known = try encoder.features(of: images, readOuts: readOuts, progress: progress)
    let asked = try encoder.features(of: views, readOuts: readOuts) { try progress(images.count + $0) }
    return try readOuts.indices.map { try row(name, readOuts[$0].description, known[$0], asked[$0]) }
  }

  /// All rows of a judgement: baselines, then encoders by their names.
  ///
  /// - Parameter progress: called with a row's name and the images and views done so far; may throw to stop.
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rows(
    of encoders: [(name: String, encoder: TrainedEncoder)], beside baselines: [any Baseline],
    readOuts: [ReadOut], progress: (_ name: String, _ done: Int) throws -> Void
  ) throws -> [RetrievalRow] {
    var all: [RetrievalRow] = []
    for baseline in baselines {
      all.append(try row(of: baseline) { try progress(baseline.name, $0) })
    }
    for (name, encoder) in encoders {
      all += try rows(of: encoder, readOuts: readOuts, named: name) { try progress(name, $0) }
    }
    return all
  }

  private func row(
    _ encoder: String, _ readOut: String, _ known: [Float], _ asked: [Float]
  ) throws(FeatureError) -> RetrievalRow {
    let (bank, queries) = (images.table(known), views.table(asked))
    let nearest = try NearestNeighbours(of: queries, in: bank, k: 1).indices
    let found = nearest.indices.count { nearest[$0] == $0 }
    return RetrievalRow(
      encoder: encoder, readOut: readOut, dimension: bank.dimension,
      found: Proportion(found, of: queries.count))
  }
}

/// One line of a judgement by view retrieval.
package struct RetrievalRow: Sendable, Equatable {
  /// As in `EvaluationRow`.
  package let encoder, readOut: String
  package let dimension: Int
  /// The views whose nearest image is their own.
  package let found: Proportion
}
