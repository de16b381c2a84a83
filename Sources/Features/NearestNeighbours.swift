import SiamTensors

/// For each query the nearest vectors of a bank, nearest first.
public struct NearestNeighbours: Sendable, Equatable {
  /// The neighbours of each query: as many as were asked for, or all there are.
  public let k: Int
  /// Rows of the bank (queries, k).
  public let indices: [Int]
  /// Their cosine similarities (queries, k), each -1...1.
  public let similarities: [Double]

  /// Searches by cosine similarity; equally similar vectors keep the order of the bank.
  ///
  /// Products of integers choose candidates: all that the bound on the rounding error allows among the k nearest. These
  /// are measured again in double precision, so that the result depends on no kernel or thread. Where more than
  /// `max(8 k, 2048)` vectors lie within the bound, as after a total collapse, the integers decide which of them stay.
  ///
  /// Complexity: N · M · D multiplications for N queries and M rows of the bank.
  /// - Parameter excludingSelf: whether queries and bank are the same table and no row may find itself.
  /// - Throws: `FeatureError` for an empty bank, vectors of different lengths, or ones that are not finite.
  /// - Precondition: `k` is at least 1.
  public init(
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
    if queries.count <= NeighbourScan.few {
      let scan = NeighbourScan(bank: bank, queries: queries, k: k, excludesSelf: excludingSelf)
      self.k = k
      (indices, similarities) = try scan.nearest(lengths: lengths)
      return
    }
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
  /// The nearest in this bank and in one that continues it: what a search of both would find, without both in memory.
  ///
  /// - Parameters:
  ///   - rows: the number of rows of this bank.
  ///   - k: the neighbours to keep at most.
  /// - Precondition: the same queries; each search was for at least `k`, or found all there were.
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
        // Of equal ones those of the first bank come first.
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
