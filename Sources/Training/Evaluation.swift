package import SiamAugmentations
package import SiamDatasets
package import SiamFeatures
import SiamImages
import SiamTensors

/// Which pictures are the bank and which the queries.
package struct Split: Sendable {
  package let bank, queries: [Int]

  /// A slice held out of one folder: the first fifth of its pictures in an order that the seed names.
  ///
  /// The slice is a function of the number of pictures and the seed alone.
  package static func heldOut(of count: Int, share: Double = 0.2, seed: UInt64 = 0) -> Split {
    precondition(count >= 2, "\(count) pictures cannot be split")
    var generator = CounterGenerator(seed, 0x6865_6C64)
    let order = chosen(count, of: count, using: &generator)
    let held = max(1, min(count - 1, Int((Double(count) * share).rounded())))
    return Split(bank: order[held...].sorted(), queries: order[..<held].sorted())
  }
}

/// One line of the comparison: a way to turn pictures into vectors, and how well k-NN does with them.
package struct EvaluationRow: Sendable {
  /// "raw pixels", "untrained encoder" or "trained encoder".
  package let encoder: String
  /// How the vector was read out of the map, or the size that the pictures were given.
  package let readOut: String
  package let dimension: Int
  /// In the order of the votes.
  package let scores: [NearestNeighbourScore]
}

/// Judges features by k-NN beside their baselines: raw pixels, and the same encoder untrained.
package struct Evaluation: Sendable {
  package let votes: [NearestNeighbourVote]
  package let readOuts: [ReadOut]
  /// The store and places of the labelled bank, and of the queries.
  package let bank, queries: (store: PictureStore, places: [Int])

  /// The rows of raw pixels to search at once.
  private static let rawRows = 4096
  /// The largest side of a picture that is compared by its pixels.
  package static let largestRaw = 32

  package init(
    bank: (store: PictureStore, places: [Int]), queries: (store: PictureStore, places: [Int]),
    votes: [NearestNeighbourVote], readOuts: [ReadOut] = [.average, .map(side: 2)]
  ) {
    (self.bank, self.queries, self.votes, self.readOuts) = (bank, queries, votes, readOuts)
  }

  /// The pixels of the pictures as the encoder would see them: resized, normalised by channel.
  ///
  /// Larger pictures than `largestRaw` on a side are made that small: more would take the memory, and tell no more. The
  /// bank is searched part by part, since all of its pixels as floats can be more than all else together.
  /// - Parameter progress: called with the pictures done so far; may throw to stop.
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rawPixels(
    normalization: Normalization, size: Int, progress: (Int) throws -> Void = { _ in }
  ) throws -> EvaluationRow {
    // The search asks for other sizes than a training step does: neither finds a use for what the other leaves.
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let size = min(size, Self.largestRaw)
    var done = 0
    func table(_ store: PictureStore, _ places: ArraySlice<Int>) throws -> FeatureTable {
      var vectors: [Float] = []
      vectors.reserveCapacity(places.count * size * size * 3)
      for start in stride(from: places.startIndex, to: places.endIndex, by: 512) {
        let some = places[start..<min(start + 512, places.endIndex)]
        vectors += try ViewLoader.pictures(some, of: store, normalization: normalization, size: size).values
        done += some.count
        try progress(done)
      }
      return store.table(vectors, places: Array(places))
    }
    guard let k = votes.map(\.k).max() else { preconditionFailure("no votes") }
    let asked = try table(queries.store, queries.places[...])
    var found: NearestNeighbours?
    for start in stride(from: 0, to: bank.places.count, by: Self.rawRows) {
      let part = try table(bank.store, bank.places[start..<min(start + Self.rawRows, bank.places.count)])
      let neighbours = try NearestNeighbours(of: asked, in: part, k: k)
      found = found?.joined(with: neighbours, after: start, k: k) ?? neighbours
    }
    guard let found else { throw FeatureError.empty("bank") }
    return EvaluationRow(
      encoder: "raw pixels", readOut: "\(size)x\(size)", dimension: size * size * 3,
      scores: try classify(
        Labelling(asked), by: bank.store.labelling(of: bank.places), found, votes: votes))
  }

  /// An encoder, one row for each read-out.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rows(
    of encoder: TrainedEncoder, named name: String, progress: (Int) throws -> Void = { _ in }
  ) throws -> [EvaluationRow] {
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let known = try encoder.features(of: bank.places, in: bank.store, readOuts: readOuts, progress: progress)
    let asked = try encoder.features(of: queries.places, in: queries.store, readOuts: readOuts) {
      try progress(bank.places.count + $0)
    }
    return try readOuts.indices.map { index in
      let (bankTable, queryTable) = (
        bank.store.table(known[index], places: bank.places),
        queries.store.table(asked[index], places: queries.places)
      )
      return EvaluationRow(
        encoder: name, readOut: readOuts[index].description, dimension: bankTable.dimension,
        scores: try classify(queryTable, by: bankTable, votes: votes))
    }
  }
}

extension PictureStore {
  /// Vectors of some of the store's pictures, with their labels and paths.
  package func table(_ vectors: [Float], places: [Int]) -> FeatureTable {
    let (labelling, paths) = (labelling(of: places), paths)
    return FeatureTable(
      vectors: vectors, dimension: vectors.count / max(1, places.count), labels: labelling.labels,
      classes: labelling.classes, paths: places.map { paths[$0] })
  }

  /// The classes of some of the store's pictures.
  package func labelling(of places: [Int]) -> Labelling {
    Labelling(labels: labels.map { all in places.map { all[$0] } }, classes: folder.classes)
  }
}

/// k-NN on a held-out slice of the training pictures while the training runs; the test pictures stay untouched.
package struct OnlineKNN: Sendable {
  let store: PictureStore
  package let split: Split
  package let vote: NearestNeighbourVote

  /// Nil for pictures without classes, with only one, or fewer than ten.
  ///
  /// - Parameters:
  ///   - bank, queries: how many pictures of the two parts to use at most: it is asked often.
  package init?(
    _ store: PictureStore, bank: Int = 4000, queries: Int = 1000,
    vote: NearestNeighbourVote = NearestNeighbourVote(k: 20, temperature: 0.07), seed: UInt64
  ) {
    guard store.classesInUse.count > 1, store.count >= 10 else { return nil }
    (self.store, self.vote) = (store, vote)
    var generator = CounterGenerator(seed, 0x6F6E_6C6E)
    let whole = Split.heldOut(of: store.count, seed: seed)
    func some(_ places: [Int], _ count: Int) -> [Int] {
      chosen(min(count, places.count), of: places.count, using: &generator).map { places[$0] }.sorted()
    }
    split = Split(bank: some(whole.bank, bank), queries: some(whole.queries, queries))
  }

  /// The epochs between two askings that keep its share of the time near a twentieth: a picture of a step costs about
  /// six times one that is judged.
  package var usualInterval: Int {
    let share = Double(split.bank.count + split.queries.count) / Double(6 * store.count)
    return max(1, Int((share / 0.05).rounded()))
  }

  /// The share of the held-out pictures that are classified rightly, from average features.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func accuracy(
    _ encoder: TrainedEncoder, progress: (Int) throws -> Void = { _ in }
  ) throws -> Proportion {
    score(try evaluation.rows(of: encoder, named: "", progress: progress).first)
  }

  /// The same from raw pixels.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rawAccuracy(
    normalization: Normalization, size: Int, progress: (Int) throws -> Void = { _ in }
  ) throws -> Proportion {
    score(try evaluation.rawPixels(normalization: normalization, size: size, progress: progress))
  }

  private var evaluation: Evaluation {
    Evaluation(
      bank: (store, split.bank), queries: (store, split.queries), votes: [vote], readOuts: [.average])
  }

  private func score(_ row: EvaluationRow?) -> Proportion {
    guard let score = row?.scores.first else { preconditionFailure("a vote without a score") }
    return score.accuracy
  }
}
