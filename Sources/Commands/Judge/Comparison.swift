import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// Raw pixels and other baselines, the untrained encoder and the trained one, side by side, by k-NN.
struct Comparison {
  let evaluation: Evaluation
  let sides: EvaluationSides
  let train: ImageStore
  let test: ImageStore?
  /// Patch features to compare as well; nil leaves them out.
  private let patches: PatchConfiguration?
  private(set) var rows: [EvaluationRow] = []
  /// How raw pixels are normalised.
  var normalization: Normalization { rows.compactMap(\.normalization).first ?? .imagenet }

  /// - Parameter test: the queries; nil holds out a slice of the training images.
  /// - Throws: `UsageError` when there are fewer than two classes, or nothing but copies to judge by.
  init(
    train: ImageStore, test: ImageStore?, votes: [NearestNeighbourVote], mapSide: Int,
    patches: PatchConfiguration? = nil, linear: LinearJudging = LinearJudging()
  ) throws(UsageError) {
    try requireClasses(train)
    (self.train, self.test, self.patches) = (train, test, patches)
    if let test { try requireClassFolders(test) }
    sides = EvaluationSides(train: train, test: test)
    try requireQueries(sides)
    evaluation = Evaluation(
      bank: sides.bank, queries: sides.queries, votes: votes, readOuts: [.average, .map(side: mapSide)],
      linear: linear)
  }

  /// Computes all rows.
  mutating func judge(_ features: ComparedFeatures, showing live: inout LiveLine) throws {
    let encoder = features.trained
    let total = evaluation.bank.count + evaluation.queries.count
    func note(_ what: String, _ done: Int) throws {
      try Interruption.check()
      live.show("comparing: \(what), \(done) of \(total) pictures")
    }
    let pixels = try RawPixels(bestOn: evaluation.bank, as: encoder) { try note("raw pixels", $0) }
    rows = [
      try evaluation.rawPixels(normalization: pixels.normalization, size: pixels.size) {
        try note("raw pixels", $0)
      }
    ]
    for baseline in features.baselines {
      rows.append(try evaluation.row(of: baseline) { try note(baseline.name, $0) })
    }
    if let patches {
      rows.append(
        try evaluation.patches(patches) { done in
          try Interruption.check()
          live.show("comparing: patches, \(done) pictures read")
        })
    }
    for (name, encoder) in features.encoders {
      rows += try evaluation.rows(of: encoder, named: name) { try note(name, $0) }
    }
    live.erase()
  }

  /// Takes the rows of a report, which judges by the same rules.
  mutating func take(_ rows: [EvaluationRow]) { self.rows = rows }

  /// Everything that is printed of it: what is compared, the table, the verdict.
  func lines(of configuration: TrainingConfiguration, within width: Int) -> [String] {
    let judged = verdict.map { [""] + wrapped($0.line(configuration), width: min(80, width)) } ?? []
    return header.flatMap { folded($0, to: width) } + [""] + table.lines(within: width) + judged
      + differenceLines(within: width)
  }

  /// The lines above the table: what is compared, and by which rule.
  var header: [String] {
    let (bank, queries) = (evaluation.bank.count, evaluation.queries.count)
    let root = printable(train.folder.root)
    var lines: [String] = []
    if let test {
      lines.append("bank: the \(count(bank, "picture")) of \(root)")
      lines.append("queries: the \(count(queries, "picture")) of \(printable(test.folder.root))")
    } else {
      lines.append("queries: \(count(queries, "picture")) held out of \(root), a random fifth")
      lines.append(
        "bank: the other \(count(bank, "picture")); a training on this folder saw both, without classes")
    }
    if let copies = note(onCopies: sides) { lines.append(copies) }
    if let raw = rows.first {
      lines.append(
        "raw pixels: the square in the middle at \(raw.readOut), \(normalization.written)"
      )
    }
    if patches != nil {
      lines.append("patches: the sparse manifold transform of the bank's patches, no training, no classes")
    }
    lines.append(
      "k-NN, cosine s, weights exp((s - 1) / \(temperature.argument)): accuracy in % [95 % interval]")
    for vote in evaluation.votes where vote.k > bank {
      lines.append("k=\(vote.k) is more than the bank has: all \(bank) vote")
    }
    if !unknownClasses.isEmpty {
      let names = unknownClasses.map(shownName).joined(separator: ", ")
      lines.append("classes without a picture in \(root), counted as wrong: \(names)")
    }
    return lines
  }

  /// Classes that only the queries have.
  var unknownClasses: [String] {
    guard let test else { return [] }
    let known = Set(train.classesInUse)
    return test.classesInUse.filter { !known.contains($0) }
  }

  var temperature: Double { evaluation.votes.first?.temperature ?? 0 }

  var table: Table {
    var table = Table(
      [.init(title: "features", key: "features"), .init(title: "D", key: "dimension")]
        + evaluation.votes.map { .init(title: "k=\($0.k)", key: "k\($0.k)") })
    for row in rows {
      table.append(
        [.text(row.name), .count(row.dimension)]
          + row.scores.map { .percent($0.accuracy) })
    }
    return table
  }

  /// Whether the training was worth it.
  var verdict: Verdict? { Verdict(rows, votes: evaluation.votes) }

  /// The rows of each encoder's preferred read-out, which is its first.
  private var preferredRows: [EvaluationRow] {
    var known: Set<String> = []
    return rows.filter { known.insert($0.encoder).inserted }
  }

  /// The accuracy by class for one vote, with a column for each encoder.
  var classTables: [(title: String, table: Table)] {
    let rows = preferredRows
    return evaluation.votes.indices.map { vote in
      var table = Table(
        [.init(title: "class", key: "class"), .init(title: "queries", key: "queries")]
          + rows.indices.map { .init(title: rows[$0].shortName, key: "row\($0)") })
      for (label, name) in train.folder.classes.enumerated() {
        let cells = rows.map { $0.scores[vote].perClass[label] }
        guard let total = cells.first?.total, total > 0 else { continue }
        table.append(
          [.text(shownName(name)), .count(total)] + cells.map { .number(100 * $0.value, places: 1) })
      }
      return ("k=\(evaluation.votes[vote].k), accuracy by class in %", table)
    }
  }
}

/// Refuses a single class: k-NN needs two.
func requireClasses(_ store: ImageStore) throws(UsageError) {
  try requireClassFolders(store)
  let (root, classes) = (printable(store.folder.root), store.classesInUse)
  guard classes.count > 1 else {
    throw UsageError("\(root): one class only, \(classes.map(shownName).joined()); k-NN needs two or more")
  }
}

/// Refuses images that are not in class folders.
private func requireClassFolders(_ store: ImageStore) throws(UsageError) {
  guard store.classesInUse.isEmpty else { return }
  throw UsageError("\(printable(store.folder.root)): no class folders, so the features cannot be judged")
}

extension EvaluationRow {
  /// Above a column: "raw", "untrained".
  fileprivate var shortName: String {
    switch encoder {
    case "raw pixels": "raw"
    case "pixel PCA": "PCA"
    default: String(encoder.prefix { $0 != " " })
    }
  }
}

extension Table.Cell {
  /// An accuracy in percent with its Wilson interval.
  static func percent(_ accuracy: Proportion) -> Table.Cell {
    let interval = accuracy.interval
    return .interval(
      100 * accuracy.value, low: 100 * interval.lowerBound, high: 100 * interval.upperBound, places: 1)
  }
}
