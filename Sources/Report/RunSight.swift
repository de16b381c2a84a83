import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The pictures as one kind of features sees them: raw pixels, the untrained encoder or the trained one.
struct RunSight: Sendable {
  let name: String
  /// The rows of `siam eval`, other baselines after raw pixels; none without classes.
  let rows: [EvaluationRow]
  /// The number of singular values compared, and the effective rank of the features.
  let spectrum: Spectrum
  let components, neighbourhood: Embedding
  /// The nearest pictures of each, fewer than `neighbours` of very few.
  let nearest: NearestNeighbours
  /// For the trained features alone.
  let clusters: SphericalClusters?

  static let neighbours = 12
  private static let spectrumRows = 500

  /// - Parameters:
  ///   - table: the features of the shown pictures.
  ///   - clusters: how many to look for; nil for none.
  ///   - progress: called with what is being done; may throw to stop.
  /// - Throws: `FeatureError`, and what `progress` throws.
  init(
    _ name: String, _ table: FeatureTable, rows: [EvaluationRow], clusters: Int?,
    progress: (String) throws -> Void
  ) throws {
    (self.name, self.rows) = (name, rows)
    try progress("\(name): neighbours")
    nearest = try NearestNeighbours(of: table, in: table, k: Self.neighbours, excludingSelf: true)
    let count = min(table.count, Self.spectrumRows)
    spectrum = Spectrum(
      table.rows((0..<count).map { $0 * table.count / count }).vectors, dimension: table.dimension)
    try progress("\(name): principal components")
    components = Embedding(principalComponentsOf: table)
    neighbourhood = try Embedding(tSNEOf: table, from: components) {
      try progress("\(name): t-SNE, \(Int(100 * $0)) %")
    }
    try progress("\(name): clusters")
    self.clusters = clusters.map { SphericalClusters(table, k: $0) }
  }

  /// The closest pairs, the closest first; no picture is in more than two of them.
  func closestPairs(_ count: Int) -> [(first: Int, second: Int, similarity: Double)] {
    var pairs: [(first: Int, second: Int, similarity: Double)] = []
    for row in 0..<components.count {
      for place in row * nearest.k..<(row + 1) * nearest.k {
        let other = nearest.indices[place]
        let isMutual = nearest.indices[other * nearest.k..<(other + 1) * nearest.k].contains(row)
        if row < other || !isMutual {
          pairs.append((min(row, other), max(row, other), nearest.similarities[place]))
        }
      }
    }
    pairs.sort { ($1.similarity, $0.first, $0.second) < ($0.similarity, $1.first, $1.second) }
    var (kept, uses) = ([(first: Int, second: Int, similarity: Double)](), [Int: Int]())
    for pair in pairs where kept.count < count {
      guard uses[pair.first, default: 0] < 2, uses[pair.second, default: 0] < 2 else { continue }
      uses[pair.first, default: 0] += 1
      uses[pair.second, default: 0] += 1
      kept.append(pair)
    }
    return kept
  }

  /// The pictures that are least similar to their nearest, the loneliest first.
  func loneliest(_ count: Int) -> [(picture: Int, similarity: Double)] {
    let all = nearest.closeness(of: OddRows.few).enumerated().map { (picture: $0, similarity: $1) }
    return Array(all.sorted { ($0.similarity, $0.picture) < ($1.similarity, $1.picture) }.prefix(count))
  }
}

extension ReportedRun {
  /// What each kind of features makes of the shown pictures, and how `siam eval` judges it.
  ///
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  func sights(
    of gallery: Gallery, by encoders: [(name: String, encoder: TrainedEncoder)],
    votes: [NearestNeighbourVote], mapSide: Int, progress: (String) throws -> Void
  ) throws -> [RunSight] {
    let evaluation = Evaluation(
      bank: gallery.bank, queries: gallery.queries, votes: votes, readOuts: [.average, .map(side: mapSide)])
    let size = min(encoder.configuration.encoder.size, Evaluation.largestRaw)
    let shown = gallery.sides
    let total = gallery.total
    func note(_ name: String, _ done: Int) throws {
      try progress("\(name): \(done) of \(total) pictures")
    }

    var sights: [RunSight] = []
    let name = "raw pixels"
    let raw = try shown.flatMap { side in
      try ViewLoader.images(side.indices, of: side.store, normalization: encoder.normalization, size: size)
        .values
    }
    var rows: [EvaluationRow] = []
    if gallery.isLabelled {
      let pixels = try RawPixels(bestOn: gallery.bank, as: encoder) { try note(name, $0) }
      rows.append(
        try evaluation.rawPixels(normalization: pixels.normalization, size: pixels.size) {
          try note(name, $0)
        })
      for baseline in try baselines(
        fittedTo: gallery.bank, progress: { try note("principal components", $0) })
      {
        rows.append(try evaluation.row(of: baseline) { try note(baseline.name, $0) })
      }
    }
    sights.append(
      try RunSight(
        name, FeatureTable(vectors: raw, dimension: 3 * size * size), rows: rows, clusters: nil,
        progress: progress))

    let clusters = max(2, min(40, max(train.classesInUse.count, 12), gallery.count / 4))
    let own = encoder.configuration.encoderName
    for (name, encoder) in encoders {
      let wanted = name == own ? clusters : nil
      if gallery.isLabelled {
        let tables = try evaluation.tables(of: encoder) { try note(name, $0) }
        let preferred = tables[0]
        // The tables lack their rows, so that the shown ones are others.
        for side in shown { try side.store.requireComplete() }
        let table = FeatureTable(
          vectors: preferred.bank.rows(gallery.shownOfBank).vectors
            + preferred.queries.rows(gallery.shownOfQueries).vectors,
          dimension: preferred.bank.dimension)
        sights.append(
          try RunSight(
            name, table, rows: try evaluation.rows(of: tables, named: name), clusters: wanted,
            progress: progress))
      } else {
        let vectors = try shown.flatMap { side in
          try encoder.features(of: side, readOuts: [encoder.preferred]) { try note(name, $0) }[0]
        }
        sights.append(
          try RunSight(
            name, FeatureTable(vectors: vectors, dimension: encoder.dimension), rows: [], clusters: wanted,
            progress: progress))
      }
    }
    return sights
  }
}
