/// The rows of a table that do not belong: those that lie alone, and those whose neighbours have another label.
package struct OddRows: Sendable {
  /// A row and how similar its nearest are.
  package struct Loner: Sendable, Equatable {
    package let row: Int
    /// The mean cosine similarity of its `few` nearest.
    package let similarity: Double
  }

  /// A row whose label its neighbours contradict.
  package struct Suspect: Sendable, Equatable {
    package let row: Int
    /// The label that has the most votes.
    package let suggested: Int
    /// The neighbours with its own label, and with the suggested one.
    package let own, other: Int
    /// The shares of the votes of both, 0...1.
    package let ownShare, otherShare: Double
  }

  /// All rows, the loneliest first.
  package let loners: [Loner]
  /// The rows for which another label has more votes than their own, those with the least own votes first; none without
  /// labels.
  package let suspects: [Suspect]
  /// The median of the loners' similarities.
  package let medianSimilarity: Double
  /// Who votes: each row's k nearest others.
  package let neighbours: NearestNeighbours

  package static let few = 3
  /// Chosen on photographs of clothing with labels swapped at random: what finds most of them first.
  package static let vote = NearestNeighbourVote(k: 20, temperature: 0.15)

  /// - Throws: `FeatureError` for fewer than two rows, or ones that are not finite.
  package init(_ table: FeatureTable) throws(FeatureError) { try self.init(table, labels: table.labels) }

  /// - Parameter labels: the class of each row, nil for one without, whose label nobody doubts and which votes for none; nil for
  ///   rows without classes.
  /// - Throws: `FeatureError` for fewer than two rows, or ones that are not finite.
  package init(_ table: FeatureTable, labels: [Int?]?) throws(FeatureError) {
    let neighbours = try NearestNeighbours(of: table, in: table, k: Self.vote.k, excludingSelf: true)
    let closeness = neighbours.closeness(of: Self.few)
    loners = closeness.enumerated().map { Loner(row: $0, similarity: $1) }
      .sorted { ($0.similarity, $0.row) < ($1.similarity, $1.row) }
    medianSimilarity = closeness.sorted()[closeness.count / 2]
    self.neighbours = neighbours
    guard let labels else {
      suspects = []
      return
    }
    let classes = (labels.compactMap(\.self).max() ?? -1) + 1
    // The votes of rows without a label go to one more class.
    let numbers = labels.map { $0 ?? classes }
    var suspects: [Suspect] = []
    var row = 0
    Self.vote.forEachQuery(neighbours, labels: numbers, classes: classes + 1) { shares in
      defer { row += 1 }
      let own = numbers[row]
      guard own < classes else { return }
      var best = own
      for label in 0..<classes where shares[label] > shares[best] { best = label }
      if best != own {
        let near = neighbours.indices[row * neighbours.k..<(row + 1) * neighbours.k]
        suspects.append(
          Suspect(
            row: row, suggested: best, own: near.count { numbers[$0] == own },
            other: near.count { numbers[$0] == best }, ownShare: shares[own], otherShare: shares[best]))
      }
    }
    self.suspects = suspects.sorted {
      ($0.ownShare, $1.otherShare, $0.row) < ($1.ownShare, $0.otherShare, $1.row)
    }
  }
}

extension NearestNeighbours {
  /// The mean similarity of each query's nearest few.
  package func closeness(of few: Int) -> [Double] {
    let few = min(few, k)
    return stride(from: 0, to: similarities.count, by: k).map { start in
      similarities[start..<start + few].reduce(0, +) / Double(few)
    }
  }
}
