package import SiamAugmentations
package import SiamDatasets
public import SiamFeatures
import SiamImages
package import SiamMethods
import SiamTensors

/// A division of images into bank and queries.
package struct Split: Sendable {
  /// Indices of images, in ascending order.
  package let bank, queries: [Int]

  /// A slice held out of one folder: the first fifth of its images in a random order given by the seed.
  ///
  /// The slice is a function of the number of images and the seed alone.
  package static func heldOut(of count: Int, share: Double = 0.2, seed: UInt64 = 0) -> Split {
    precondition(count >= 2, "\(count) pictures cannot be split")
    var generator = CounterGenerator(seed, 0x6865_6C64)
    let order = chosen(count, of: count, using: &generator)
    let held = max(1, min(count - 1, Int((Double(count) * share).rounded())))
    return Split(bank: order[held...].sorted(), queries: order[..<held].sorted())
  }
}

/// One line of the comparison: a way to turn images into vectors, and how well k-NN does with them.
public struct EvaluationRow: Sendable {
  /// "raw pixels", "untrained encoder", "trained encoder" or "imported encoder".
  public let encoder: String
  /// How the vector was read out of the map, or the size that the images were given.
  public let readOut: String
  /// The length of a vector.
  public let dimension: Int
  /// The score of each vote, in the order of the votes.
  public let scores: [NearestNeighbourScore]
  /// What a linear classifier makes of them, and what it makes of a few labels; nil and none unless asked for.
  package internal(set) var probe: LinearProbe?
  package internal(set) var shots: [FewShots] = []
  /// How raw pixels were normalised; nil for anything else.
  package internal(set) var normalization: Normalization?
}

/// Which linear classifiers judge features beside k-NN.
package struct LinearJudging: Sendable, Equatable {
  package var probes: Bool
  /// The labelled images of each class, for each few-shot judgement.
  package var shots: [Int]

  package init(probes: Bool = false, shots: [Int] = []) { (self.probes, self.shots) = (probes, shots) }

  var isOff: Bool { !probes && shots.isEmpty }
}

/// Evaluates features by k-NN beside their baselines: raw pixels, and the same encoder untrained.
public struct Evaluation: Sendable {
  /// The rules of the votes.
  package let votes: [NearestNeighbourVote]
  /// How feature vectors are read out of an encoder's map.
  package let readOuts: [ReadOut]
  /// The labelled bank, and the images that are classified by it.
  package let bank, queries: ImageSubset
  package let linear: LinearJudging

  /// The rows of raw pixels to search at once.
  private static let rawRows = 4096
  /// The largest side of an image that is compared by its pixels.
  package static let largestRaw = 32

  /// An evaluation that searches the bank for the neighbours of each query.
  package init(
    bank: ImageSubset, queries: ImageSubset, votes: [NearestNeighbourVote],
    readOuts: [ReadOut] = [.average, .map(side: 2)], linear: LinearJudging = LinearJudging()
  ) {
    (self.bank, self.queries, self.votes, self.readOuts) = (bank, queries, votes, readOuts)
    self.linear = linear
  }

  /// Evaluates the pixels of the images as the encoder would see them: resized, normalised by channel.
  ///
  /// Images larger than `largestRaw` on a side are reduced to it: more pixels would cost memory and add nothing. The
  /// bank is searched in parts, since all of its pixels as floats can take more memory than everything else.
  /// - Parameter progress: called with the images done so far; may throw to stop.
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package func rawPixels(
    normalization: Normalization, size: Int, progress: (Int) throws -> Void = { _ in }
  ) throws -> EvaluationRow {
    // The search needs other buffer sizes than a training step: neither can reuse the other's.
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let size = min(size, Self.largestRaw)
    var done = 0
    func table(_ images: ImageSubset) throws -> FeatureTable {
      var vectors: [Float] = []
      vectors.reserveCapacity(images.count * size * size * 3)
      for start in stride(from: 0, to: images.count, by: 512) {
        let some = images.indices[start..<min(start + 512, images.count)]
        vectors += try ViewLoader.images(
          some, of: images.store, seen: images.view, normalization: normalization, size: size
        ).values
        done += some.count
        try images.store.requireEnough()
        try progress(done)
      }
      return images.table(vectors)
    }
    guard let k = votes.map(\.k).max() else { preconditionFailure("no votes") }
    let asked = try table(queries)
    if !linear.isOff {
      var row = try row(
        "raw pixels", "\(size)x\(size)", bank: table(bank), queries: asked, progress: progress)
      row.normalization = normalization
      return row
    }
    var (found, labels): (NearestNeighbours?, [Int]) = (nil, [])
    var known = 0
    for start in stride(from: 0, to: bank.count, by: Self.rawRows) {
      let part = try table(bank[start..<min(start + Self.rawRows, bank.count)])
      guard part.count > 0 else { continue }
      let neighbours = try NearestNeighbours(of: asked, in: part, k: k)
      found = found?.joined(with: neighbours, after: known, k: k) ?? neighbours
      known += part.count
      labels += part.labels ?? []
    }
    guard let found else { throw FeatureError.empty("bank") }
    return EvaluationRow(
      encoder: "raw pixels", readOut: "\(size)x\(size)", dimension: size * size * 3,
      scores: try classify(
        Labelling(asked), by: Labelling(labels: labels, classes: bank.labelling.classes), found, votes: votes),
      normalization: normalization)
  }

  /// Evaluates patch features in closed form, fitted to the images of the bank without training.
  ///
  /// - Throws: `ImageError`, `PatchFitError`, `FeatureError`, and what `progress` throws.
  package func patches(
    _ configuration: PatchConfiguration, progress: (Int) throws -> Void = { _ in }
  ) throws -> EvaluationRow {
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let encoder = try PatchEncoder(fitting: configuration, to: bank) { done, _ in try progress(done) }
    let known = bank.table(try encoder.features(of: bank, progress: progress))
    let asked = queries.table(try encoder.features(of: queries) { try progress(bank.count + $0) })
    return try row("patches", "components", bank: known, queries: asked, progress: progress)
  }

  /// Evaluates an encoder, one row for each read-out.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  public func rows(
    of encoder: TrainedEncoder, named name: String, progress: (Int) throws -> Void = { _ in }
  ) throws -> [EvaluationRow] {
    try rows(of: tables(of: encoder, progress: progress), named: name, progress: progress)
  }

  /// An encoder's features of bank and queries, for each read-out that it has.
  ///
  /// - Throws: `ImageError`, and what `progress` throws.
  package func tables(
    of encoder: TrainedEncoder, progress: (Int) throws -> Void = { _ in }
  ) throws -> [(readOut: ReadOut, bank: FeatureTable, queries: FeatureTable)] {
    releaseUnusedBuffers()
    defer { releaseUnusedBuffers() }
    let readOuts = encoder.readOuts(readOuts)
    let known = try encoder.features(of: bank, readOuts: readOuts, progress: progress)
    let asked = try encoder.features(of: queries, readOuts: readOuts) { try progress(bank.count + $0) }
    return readOuts.indices.map { (readOuts[$0], bank.table(known[$0]), queries.table(asked[$0])) }
  }

  /// Evaluates features that `tables` has extracted.
  ///
  /// - Throws: `FeatureError`, and what `progress` throws.
  package func rows(
    of tables: [(readOut: ReadOut, bank: FeatureTable, queries: FeatureTable)], named name: String,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [EvaluationRow] {
    try tables.map { readOut, bank, queries in
      try row(name, readOut.description, bank: bank, queries: queries, progress: progress)
    }
  }

  /// Judges features of bank and queries by everything that is asked for.
  ///
  /// - Parameter progress: called now and then with the number of all images; may throw to stop.
  /// - Throws: `FeatureError`, and what `progress` throws.
  func row(
    _ encoder: String, _ readOut: String, bank: FeatureTable, queries: FeatureTable,
    progress: (Int) throws -> Void
  ) throws -> EvaluationRow {
    var row = EvaluationRow(
      encoder: encoder, readOut: readOut, dimension: bank.dimension,
      scores: try classify(queries, by: bank, votes: votes))
    if linear.isOff { return row }
    let data = try LinearData(bank: bank, queries: queries)
    func note() throws { try progress(bank.count + queries.count) }
    if linear.probes { row.probe = try LinearProbe(data, progress: note) }
    row.shots = try linear.shots.map { try FewShots($0, data, progress: note) }
    return row
  }
}
