import SiamTensors

/// For each query its nearest vectors of a bank, best first.
package struct NearestNeighbours: Sendable, Equatable {
  /// How many each query has: what was asked for, or all there are.
  package let k: Int
  /// Rows of the bank, `k` for each query in turn.
  package let indices: [Int]
  /// The cosines, from -1 to 1, in the same order.
  package let similarities: [Double]

  /// Searches by cosine; equally similar vectors count in the order of the bank.
  ///
  /// Products of whole numbers only choose candidates; those that can be among the k nearest by the bound on the
  /// rounding are measured again in double precision, so that the result depends on no kernel or thread.
  /// Only where more than `max(8 k, 2048)` vectors lie within the bound, as after a total collapse, does the rest
  /// keep the order of those products.
  /// - Parameter excludingSelf: set when queries and bank are the same table: no row finds itself.
  /// - Throws: `FeatureError` for an empty bank, vectors of another length, or numbers that are not finite.
  /// - Precondition: `k` is at least 1.
  package init(
    of queries: FeatureTable, in bank: FeatureTable, k: Int, excludingSelf: Bool = false
  ) throws(FeatureError) {
    precondition(k >= 1, "k is \(k)")
    let available = bank.count - (excludingSelf ? 1 : 0)
    guard available > 0 else { throw .empty("bank") }
    guard queries.dimension == bank.dimension else {
      throw .dimensions(queries: queries.dimension, bank: bank.dimension)
    }
    let k = min(k, available)
    let lengths = try queries.lengths()
    let search = try NeighbourSearch(bank, k: k)
    let block = search.block(queries.count)
    let blocks = parallelMap((queries.count + block - 1) / block) { index in
      let rows = index * block..<min((index + 1) * block, queries.count)
      return search.nearest(queries, rows, lengths: lengths[rows], excludingSelf: excludingSelf)
    }
    self.k = k
    indices = blocks.flatMap(\.indices)
    similarities = blocks.flatMap(\.similarities)
  }
}

extension NearestNeighbours {
  /// The nearest of this bank and of another that follows it row for row: what one search of both finds, without both
  /// in memory at once.
  ///
  /// - Parameters:
  ///   - rows: how many this bank has.
  ///   - k: how many to keep, at most.
  /// - Precondition: the same queries; either search was for `k` or more, or had no more to find.
  package func joined(with other: NearestNeighbours, after rows: Int, k: Int) -> NearestNeighbours {
    let queries = indices.count / self.k
    precondition(other.indices.count == queries * other.k, "neighbours of other queries")
    let kept = min(k, self.k + other.k)
    var (allIndices, allSimilarities): ([Int], [Double]) = ([], [])
    allIndices.reserveCapacity(queries * kept)
    allSimilarities.reserveCapacity(queries * kept)
    for query in 0..<queries {
      var (a, b) = (query * self.k, query * other.k)
      let (aEnd, bEnd) = (a + self.k, b + other.k)
      for _ in 0..<kept {
        // Equal ones in the order of the bank: this one's first.
        if b == bEnd || (a < aEnd && similarities[a] >= other.similarities[b]) {
          allIndices.append(indices[a])
          allSimilarities.append(similarities[a])
          a += 1
        } else {
          allIndices.append(rows + other.indices[b])
          allSimilarities.append(other.similarities[b])
          b += 1
        }
      }
    }
    return NearestNeighbours(k: kept, indices: allIndices, similarities: allSimilarities)
  }

  private init(k: Int, indices: [Int], similarities: [Double]) {
    (self.k, self.indices, self.similarities) = (k, indices, similarities)
  }
}
