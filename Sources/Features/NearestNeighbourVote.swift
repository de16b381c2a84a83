import Glibc

/// How neighbours vote on a query's class: how many of them, and how much more the nearer ones count.
public struct NearestNeighbourVote: Sendable, Hashable {
  /// The number of neighbours; a smaller bank votes as a whole.
  public let k: Int
  /// T in the weight exp(s / T) of a neighbour with cosine similarity s.
  public let temperature: Double

  /// Common choices are k 200, T 0.1 (lightly) and k 20, T 0.07 (DINO).
  ///
  /// - Precondition: `k` is at least 1, the temperature above 0.
  public init(k: Int, temperature: Double) {
    precondition(k >= 1 && temperature > 0, "k \(k), temperature \(temperature)")
    (self.k, self.temperature) = (k, temperature)
  }

  /// The class of each query: the one with the largest sum of weights, the lowest among equals, and that class's share
  /// of all weights.
  ///
  /// Source: Wu et al. (2018), section 3.4. The nearest neighbour's s is subtracted from all, which changes no order and
  /// keeps the weights from overflowing or all becoming 0.
  /// - Precondition: at least `min(k, bank)` neighbours were searched for; `labels` are the bank's, below `classes`.
  package func predictions(
    _ neighbours: NearestNeighbours, labels: [Int], classes: Int
  ) -> [(label: Int, share: Double)] {
    var result: [(label: Int, share: Double)] = []
    forEachQuery(neighbours, labels: labels, classes: classes) { shares in
      var best = 0
      for label in shares.indices where shares[label] > shares[best] { best = label }
      result.append((best, shares[best]))
    }
    return result
  }

  /// Calls `body` with the share of all weights that each class has, query by query.
  ///
  /// - Precondition: as for `predictions`.
  func forEachQuery(
    _ neighbours: NearestNeighbours, labels: [Int], classes: Int, _ body: (_ shares: [Double]) -> Void
  ) {
    let k = min(k, neighbours.k)
    var shares = [Double](repeating: 0, count: classes)
    for start in stride(from: 0, to: neighbours.indices.count, by: neighbours.k) {
      for label in shares.indices { shares[label] = 0 }
      let nearest = neighbours.similarities[start]
      for index in start..<start + k {
        let weight = exp((neighbours.similarities[index] - nearest) / temperature)
        shares[labels[neighbours.indices[index]]] += weight
      }
      let sum = shares.reduce(0, +)
      for label in shares.indices { shares[label] /= sum }
      body(shares)
    }
  }
}

/// The result of a vote on labelled queries.
public struct NearestNeighbourScore: Sendable, Equatable {
  /// The rule of the vote.
  package let vote: NearestNeighbourVote
  /// The predicted class of each query, an index into the bank's classes.
  package let predictions: [Int]
  /// The share of the votes that each prediction has, 0...1.
  package let shares: [Double]
  /// The share of the queries whose prediction is right.
  public let accuracy: Proportion
  /// The same share among the queries of each of the bank's classes.
  public let perClass: [Proportion]
  /// Which predictions are right; nil where only counts are known.
  package var answers: Answers?
}

/// Classifies queries by their nearest vectors in a bank, for several votes with a single search.
///
/// Classes are matched by name where both tables name them; a query of a class that the bank lacks counts as wrong.
/// - Parameter excludingSelf: whether queries and bank are the same table and no row may vote for itself.
/// - Throws: `FeatureError` when a table has no labels or the search fails.
/// - Precondition: at least one vote.
public func classify(
  _ queries: FeatureTable, by bank: FeatureTable, votes: [NearestNeighbourVote], excludingSelf: Bool = false
) throws(FeatureError) -> [NearestNeighbourScore] {
  let largest = votes.map(\.k).max()
  guard let largest else { preconditionFailure("no votes") }
  let (known, asked) = (Labelling(bank), Labelling(queries))
  if known.labels == nil { throw .unlabelled("bank") }
  if asked.labels == nil { throw .unlabelled("set of queries") }
  guard queries.count > 0 else { throw .empty("set of queries") }
  let neighbours = try NearestNeighbours(of: queries, in: bank, k: largest, excludingSelf: excludingSelf)
  return try classify(asked, by: known, neighbours, votes: votes)
}

/// The classes of some rows.
package struct Labelling: Sendable, Equatable {
  /// An index into `classes` for each row; nil without labels.
  package let labels: [Int]?
  /// The names of the classes; empty when they have only numbers.
  package let classes: [String]

  package init(_ table: FeatureTable) { (labels, classes) = (table.labels, table.classes) }

  package init(labels: [Int]?, classes: [String]) { (self.labels, self.classes) = (labels, classes) }
}

extension Labelling {
  /// The labels of a bank and of these queries as numbers of the bank's classes, matched by name where both name them; -1
  /// for a query of a class that the bank lacks.
  ///
  /// - Throws: `FeatureError` without labels or queries.
  func matched(
    to bank: Labelling
  ) throws(FeatureError) -> (bank: [Int], queries: [Int], classes: Int) {
    guard let bankLabels = bank.labels else { throw .unlabelled("bank") }
    guard var labels else { throw .unlabelled("set of queries") }
    guard !labels.isEmpty else { throw .empty("set of queries") }
    if !bank.classes.isEmpty, !classes.isEmpty, bank.classes != classes {
      let numbers = Dictionary(zip(bank.classes, bank.classes.indices)) { first, _ in first }
      labels = labels.map { numbers[classes[$0]] ?? -1 }
    }
    let count = bank.classes.isEmpty ? (bankLabels.max() ?? 0) + 1 : bank.classes.count
    return (bankLabels, labels.map { $0 < count ? $0 : -1 }, count)
  }
}

/// Classifies queries by neighbours that are known already, by the same rules.
///
/// - Throws: `FeatureError` without labels or queries.
/// - Precondition: as many neighbours as the largest vote, or all there are; a label for each query and each row of the
///   bank.
package func classify(
  _ queries: Labelling, by bank: Labelling, _ neighbours: NearestNeighbours, votes: [NearestNeighbourVote]
) throws(FeatureError) -> [NearestNeighbourScore] {
  let (bankLabels, labels, classes) = try queries.matched(to: bank)
  return votes.map { vote in
    let voted = vote.predictions(neighbours, labels: bankLabels, classes: classes)
    let predictions = voted.map(\.label)
    var (right, total) = ([Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes))
    for (label, prediction) in zip(labels, predictions) where 0 <= label && label < classes {
      total[label] += 1
      if label == prediction { right[label] += 1 }
    }
    return NearestNeighbourScore(
      vote: vote, predictions: predictions, shares: voted.map(\.share),
      accuracy: Proportion(right.reduce(0, +), of: labels.count),
      perClass: zip(right, total).map { Proportion($0, of: $1) },
      answers: Answers(zip(labels, predictions).map { $0 == $1 }))
  }
}
