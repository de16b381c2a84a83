package import SiamAugmentations
package import SiamDatasets
package import SiamFeatures
import SiamImages
import SiamTensors

/// k-NN on a held-out slice of the training images during training; the test images are not used.
package struct OnlineKNN: Sendable {
  private let store: ImageStore
  /// The store's images that vote, and those that are classified.
  package let split: Split
  /// The rule of the vote.
  package let vote: NearestNeighbourVote

  /// Holds out random images, given by the seed. Nil for images without classes, with one class, or fewer than
  /// ten in classes, and where all that is held out has its pixels among the rest.
  ///
  /// - Parameters:
  ///   - mostInBank, mostQueries: the most images of the two parts to use, since it is measured often.
  package init?(
    _ store: ImageStore, bank mostInBank: Int = 4000, queries mostQueries: Int = 1000,
    vote: NearestNeighbourVote = NearestNeighbourVote(k: 20, temperature: 0.07), seed: UInt64
  ) {
    let labelled = ImageSubset(labelledOf: store).indices
    guard store.classesInUse.count > 1, labelled.count >= 10 else { return nil }
    (self.store, self.vote) = (store, vote)
    var generator = CounterGenerator(seed, 0x6F6E_6C6E)
    let drawn = Split.heldOut(of: labelled.count, seed: seed)
    let bank = ImageSubset(store, drawn.bank.map { labelled[$0] })
    let queries = ImageSubset(store, drawn.queries.map { labelled[$0] }).without(copiesOf: bank).indices
    if queries.isEmpty { return nil }
    func some(_ indices: [Int], _ count: Int) -> [Int] {
      chosen(min(count, indices.count), of: indices.count, using: &generator).map { indices[$0] }.sorted()
    }
    split = Split(bank: some(bank.indices, mostInBank), queries: some(queries, mostQueries))
  }

  package var defaultInterval: Int {
    Self.interval(measuring: split.bank.count + split.queries.count, of: store.count)
  }

  /// The epochs between two measurements that keep their share of the time near a twentieth: an image in a training step
  /// costs about six times as much as one in an evaluation.
  static func interval(measuring images: Int, of total: Int) -> Int {
    let share = Double(images) / Double(6 * total)
    return max(1, Int((share / 0.05).rounded()))
  }

  /// The share of the held-out images classified correctly, from average features.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func accuracy(
    _ encoder: TrainedEncoder, progress: (Int) throws -> Void = { _ in }
  ) throws -> Proportion {
    score(try evaluation.rows(of: encoder, named: "", progress: progress).first)
  }

  /// The same share with raw pixels in place of features.
  ///
  /// - Parameter size: the side in pixels that the images are resized to.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rawAccuracy(
    normalization: Normalization, size: Int, progress: (Int) throws -> Void = { _ in }
  ) throws -> Proportion {
    score(try evaluation.rawPixels(normalization: normalization, size: size, progress: progress))
  }

  private var evaluation: Evaluation {
    Evaluation(
      bank: ImageSubset(store, split.bank), queries: ImageSubset(store, split.queries), votes: [vote],
      readOuts: [.average])
  }

  private func score(_ row: EvaluationRow?) -> Proportion {
    guard let score = row?.scores.first else { preconditionFailure("a vote without a score") }
    return score.accuracy
  }
}
