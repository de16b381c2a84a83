internal import Tensors

/// For each query its nearest vectors of a bank, best first.
public struct NearestNeighbours: Sendable, Equatable {
  /// How many each query has: what was asked for, or all there are.
  public let k: Int
  /// Rows of the bank, `k` for each query in turn.
  public let indices: [Int]
  /// The cosines, from -1 to 1, in the same order.
  public let similarities: [Double]

  /// Searches by cosine; equally similar vectors count in the order of the bank.
  ///
  /// The products are single precision and only choose candidates; those that can be among the k nearest by the bound
  /// on the rounding are measured again in double precision, so that the result depends on no kernel or thread.
  /// Only where more than `max(8 k, 2048)` vectors lie within the bound, as after a total collapse, does the rest
  /// keep the order of the single-precision product.
  /// - Parameter excludingSelf: set when queries and bank are the same table: no row finds itself.
  /// - Throws: `FeatureError` for an empty bank, vectors of another length, or numbers that are not finite.
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
    for table in [queries, bank] {
      if let row = table.firstBrokenRow { throw .notFinite(row: row) }
    }
    let k = min(k, available)
    let (search, block) = (Search(bank, k: k), 96)
    let blocks = parallelMap((queries.count + block - 1) / block) { index in
      search.nearest(queries, index * block..<min((index + 1) * block, queries.count), excludingSelf)
    }
    self.k = k
    indices = blocks.flatMap { $0.map(\.index) }
    similarities = blocks.flatMap { $0.map(\.similarity) }
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
  public func joined(with other: NearestNeighbours, after rows: Int, k: Int) -> NearestNeighbours {
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

/// A bank made ready for many queries.
private struct Search: Sendable {
  let bank: FeatureTable
  let k: Int
  let norms: [Double]
  /// The normalised bank, transposed and packed, by runs of `run` rows.
  let panels: [PackedMatrix]
  static let run = 512

  init(_ bank: FeatureTable, k: Int) {
    let norms = lengths(bank)
    panels = parallelMap((bank.count + Self.run - 1) / Self.run) { index in
      let rows = index * Self.run..<min((index + 1) * Self.run, bank.count)
      return PackedMatrix(
        transposing: Tensor([rows.count, bank.dimension], normalised(bank, rows, lengths: norms[rows])))
    }
    (self.bank, self.k, self.norms) = (bank, k, norms)
  }

  func nearest(
    _ queries: FeatureTable, _ rows: Range<Int>, _ excludingSelf: Bool
  ) -> [(index: Int, similarity: Double)] {
    let norms = rows.map { length(queries, $0) }
    let x = Tensor([rows.count, queries.dimension], normalised(queries, rows, lengths: norms[...]))
    // Either vector is off by a rounding of each number, and a sum of D products by D more (Higham 2002, 3.5).
    let margin = Float(2 * (queries.dimension + 4)) * .ulpOfOne / 2
    var candidates = [NearestCandidates](
      repeating: NearestCandidates(k: k, margin: margin, most: max(8 * k, 2048)), count: rows.count)
    for (index, panel) in panels.enumerated() {
      let similarities = product(x, panel)
      similarities.withSpan { similarities in
        for row in candidates.indices {
          let first = index * Self.run
          let own = excludingSelf ? rows.lowerBound + row - first : -1
          candidates[row].add(
            similarities.extracting(row * panel.columns..<(row + 1) * panel.columns), from: first, except: own
          )
        }
      }
    }
    var result: [(index: Int, similarity: Double)] = []
    result.reserveCapacity(rows.count * k)
    for (row, norm) in zip(rows, norms) {
      let query = row * queries.dimension
      var exact = candidates[row - rows.lowerBound].finish().map { index in
        let dot = product(
          queries.vectors.span, query, bank.vectors.span, index * bank.dimension, bank.dimension)
        return (index: index, similarity: dot / (norm * self.norms[index]))
      }
      exact.sort { ($1.similarity, $0.index) < ($0.similarity, $1.index) }
      result += exact.prefix(k)
    }
    return result
  }
}

/// The length of a row, at least 1e-12, so that a vector of zeros stays one.
private func length(_ table: FeatureTable, _ row: Int) -> Double {
  let (start, vectors) = (row * table.dimension, table.vectors.span)
  return max(product(vectors, start, vectors, start, table.dimension).squareRoot(), 1e-12)
}

private func lengths(_ table: FeatureTable) -> [Double] {
  let block = 1024
  return parallelMap((table.count + block - 1) / block) { index in
    (index * block..<min((index + 1) * block, table.count)).map { length(table, $0) }
  }.flatMap { $0 }
}

private func normalised(_ table: FeatureTable, _ rows: Range<Int>, lengths: ArraySlice<Double>) -> [Float] {
  var result: [Float] = []
  result.reserveCapacity(rows.count * table.dimension)
  for (row, length) in zip(rows, lengths) {
    for value in table.vectors[row * table.dimension..<(row + 1) * table.dimension] {
      result.append(Float(Double(value) / length))
    }
  }
  return result
}

/// Σ a·b over `count` numbers from two places on, in double precision and a fixed order.
private func product(_ a: Span<Float>, _ i: Int, _ b: Span<Float>, _ j: Int, _ count: Int) -> Double {
  let (a, b) = (a.extracting(i..<i + count), b.extracting(j..<j + count))
  var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
  var place = 0
  while place + 4 <= count {
    s0 += Double(a[place]) * Double(b[place])
    s1 += Double(a[place + 1]) * Double(b[place + 1])
    s2 += Double(a[place + 2]) * Double(b[place + 2])
    s3 += Double(a[place + 3]) * Double(b[place + 3])
    place += 4
  }
  while place < count {
    s0 += Double(a[place]) * Double(b[place])
    place += 1
  }
  return (s0 + s1) + (s2 + s3)
}
