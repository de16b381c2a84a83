import FoundationEssentials
import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTraining

/// All that the page's script is told: JSON, with long lists of numbers as bytes in base 64.
struct PageDocument: Encodable, Sendable {
  let galleries: [GalleryDocument]
  let runs: [RunDocument]
}

/// The pictures of a gallery.
struct GalleryDocument: Encodable, Sendable {
  let roots: [String]
  let total, cell, columns, each, firstSheet, sheets: Int
  let names, classes: [String]
  /// A class of 16 bits for each picture, 65,535 for none; the sizes of the thumbnails, a byte each.
  let labels, widths, heights: String
  /// Pictures from here on are queries.
  let firstQuery: Int

  init(_ gallery: Gallery, _ thumbnails: ThumbnailSheets, firstSheet: Int) {
    let (classes, labels) = gallery.labelling
    roots = [gallery.train, gallery.test].compactMap { $0 }.map { printable($0.folder.root) }
    total = gallery.total
    (cell, columns, each) = (thumbnails.cell, ThumbnailSheets.columns, ThumbnailSheets.each)
    (self.firstSheet, sheets) = (firstSheet, thumbnails.sheets.count)
    (names, self.classes) = (gallery.paths.map(printable), classes.map(shownName))
    self.labels = words(labels)
    (widths, heights) = (base64(thumbnails.widths), base64(thumbnails.heights))
    firstQuery = gallery.shownOfBank.count
  }
}

/// A run.
struct RunDocument: Encodable, Sendable {
  /// An accuracy in percent, with its interval.
  struct Accuracy: Encodable, Sendable {
    let value, low, high: Double
    let total: Int

    init(_ accuracy: Proportion) {
      (value, total) = (100 * accuracy.value, accuracy.total)
      (low, high) = (100 * accuracy.interval.lowerBound, 100 * accuracy.interval.upperBound)
    }
  }
  struct Row: Encodable, Sendable {
    let features: String
    let dimension: Int
    let scores: [Accuracy]

    init(_ row: some JudgedRow, _ dimension: Int, _ scores: [Proportion]) {
      (features, self.dimension) = ("\(row.encoder), \(row.readOut)", dimension)
      self.scores = scores.map { Accuracy($0) }
    }
  }
  struct Class: Encodable, Sendable {
    let name: String
    let queries: Int
    /// In percent, by sight.
    let accuracies: [Double]
  }
  struct Sight: Encodable, Sendable {
    let name: String
    let rank: Double
    /// Coordinates of 16 bits, x and y of each picture.
    let components, neighbourhood: String
    let neighbours: Int
    /// Pictures (count, neighbours) of 16 bits; similarities of a byte, 0...255 for −1...1 rounded down.
    let nearest, similarities: String
    /// Two pictures and their similarity; a picture and its similarity.
    let pairs, loneliest: [[Double]]
    /// Lists of three: true class, predicted class, how many.
    let confusion: [[Int]]
    /// A picture, the class that it was taken for, and that class's share of the votes.
    let mistakes: [[Double]]
  }

  let name: String
  let gallery: Int
  let facts: [[String]]
  let warnings, judging: [String]
  let verdict: String?
  /// The titles of the rows' scores.
  let columns: [String]
  let rows: [Row]
  let perClass: [Class]
  let sights: [Sight]
  /// The members of each cluster, the most typical first.
  let clusters: [[Int]]
  /// Data URIs; nil where there is nothing to show.
  let views, filters, untrainedFilters: String?

  /// The vote by which mistakes, confusion and classes are shown: the first of k 20 or more, else the last.
  static func vote(_ ks: [Int]) -> Int { ks.firstIndex { $0 >= 20 } ?? ks.count - 1 }

  /// - Throws: `ImageError`, or what the untrained encoder's calibration throws.
  init(
    _ run: ReportedRun, name: String, gallery: Int, of shown: Gallery, _ sights: [RunSight],
    _ retrieval: RunRetrieval?
  ) throws {
    (self.name, self.gallery) = (name, gallery)
    let facts = RunFacts(run)
    (self.facts, warnings) = (facts.facts, facts.warnings)
    let votes = sights.first?.rows.first?.scores.map(\.vote) ?? []
    let vote = Self.vote(votes.map(\.k))
    if let retrieval {
      (columns, judging) = (["found"], retrieval.judging)
      verdict = Verdict(retrieval.rows)?.line(run.record.configuration)
      rows = retrieval.rows.map { Row($0, $0.dimension, [$0.found]) }
    } else {
      columns = votes.map { "k = \($0.k)" }
      judging = votes.isEmpty ? [] : Self.judging(run, shown, votes, vote)
      verdict = Verdict(sights.flatMap(\.rows), votes: votes)?.line(run.record.configuration)
      rows = sights.flatMap(\.rows).map { Row($0, $0.dimension, $0.scores.map(\.accuracy)) }
    }
    let classes = run.train.folder.classes
    perClass =
      votes.isEmpty
      ? []
      : classes.indices.compactMap { label in
        let each = sights.compactMap { $0.rows.first?.scores[vote].perClass[label] }
        guard let total = each.first?.total, total > 0 else { return nil }
        return Class(
          name: shownName(classes[label]), queries: total, accuracies: each.map { 100 * $0.value })
      }
    let (_, labels) = shown.labelling
    let asked = Array(labels[shown.shownOfBank.count...])
    self.sights = sights.map { Sight($0, shown, vote: vote, asked: asked, all: shown.queryLabels) }
    clusters = sights.compactMap(\.clusters).last?.members ?? []
    views = try run.viewSheet().map { sheet throws(ImageError) in
      "data:image/jpeg;base64," + base64(try sheet.jpegBytes(quality: 88))
    }
    filters = try Self.filters(run.encoder)
    // The network that patch features are compared with has other filters, which they did not begin with.
    untrainedFilters =
      run.record.configuration.fitsPatches
      ? nil : try Self.filters(run.encoder.untrained(calibratedOn: run.train, images: 1))
  }

  private static func filters(_ encoder: TrainedEncoder) throws(ImageError) -> String? {
    guard let sheet = FilterSheet(encoder)?.image else { return nil }
    return "data:image/png;base64," + base64(try sheet.pngBytes())
  }

  private static func judging(
    _ run: ReportedRun, _ shown: Gallery, _ votes: [NearestNeighbourVote], _ vote: Int
  ) -> [String] {
    let (bank, queries) = (shown.bank.count, shown.queries.count)
    return [
      run.test == nil
        ? "\(queries) pictures, a random fifth, are classified by the other \(bank)."
        : "The \(queries) test pictures are classified by the \(bank) training pictures.",
      "k-NN by cosine similarity s, weights exp((s − 1) / \(votes[0].temperature)): accuracy in %, with its interval of 95\u{A0}%.",
      "Classes, confusion and mistakes are those of k = \(votes[vote].k).",
    ]
  }
}

extension RunDocument.Sight {
  /// - Parameters:
  ///   - asked: the classes of the shown queries.
  ///   - all: those of all queries.
  fileprivate init(_ sight: RunSight, _ shown: Gallery, vote: Int, asked: [Int], all: [Int]) {
    (name, rank) = (sight.name, sight.spectrum.effectiveRank)
    (components, neighbourhood) = (base64(sight.components), base64(sight.neighbourhood))
    neighbours = sight.nearest.k
    nearest = words(sight.nearest.indices)
    similarities = base64(sight.nearest.similarities.map { UInt8(max(0, min(255, ($0 + 1) * 127.5))) })
    pairs = sight.closestPairs(24).map { [Double($0.first), Double($0.second), rounded($0.similarity)] }
    loneliest = sight.loneliest(24).map { [Double($0.picture), rounded($0.similarity)] }
    guard let score = sight.rows.first?.scores[vote] else {
      (confusion, mistakes) = ([], [])
      return
    }
    var counts: [[Int]: Int] = [:]
    for (label, prediction) in zip(all, score.predictions) where label >= 0 {
      counts[[label, prediction], default: 0] += 1
    }
    confusion = counts.map { $0.key + [$0.value] }.sorted { $0.lexicographicallyPrecedes($1) }
    let first = shown.shownOfBank.count
    let wrong = shown.shownOfQueries.enumerated().filter { asked[$0.offset] != score.predictions[$0.element] }
    mistakes = wrong.map { place, query in
      [Double(first + place), Double(score.predictions[query]), rounded(score.shares[query])]
    }.sorted { ($1[2], $0[0]) < ($0[2], $1[0]) }.prefix(48).map { $0 }
  }
}

private func rounded(_ value: Double) -> Double { (value * 10000).rounded() / 10000 }

func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

/// Numbers of 16 bits, the low byte first.
private func words(_ numbers: [Int]) -> String {
  base64(numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
}

/// x and y in turn, scaled by one factor to 0...65,535.
private func base64(_ embedding: Embedding) -> String {
  let (x, y) = (embedding.x, embedding.y)
  let (left, right) = (x.min() ?? 0, x.max() ?? 0)
  let (top, bottom) = (y.min() ?? 0, y.max() ?? 0)
  let extent = max(right - left, bottom - top, .leastNormalMagnitude)
  func scaled(_ value: Float, _ middle: Float) -> Int {
    Int(max(0, min(65535, (0.5 + (value - middle) / extent) * 65535)))
  }
  return words(
    zip(x, y).flatMap { [scaled($0, (left + right) / 2), scaled($1, (top + bottom) / 2)] })
}
