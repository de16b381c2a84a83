import CSiamKernels
import SiamTensors

/// The exact search for few queries: all cosines in double precision, which costs less than preparing the bank.
///
/// The results are those of `NeighbourSearch`, bit by bit.
struct NeighbourScan {
  let bank, queries: FeatureTable
  let k: Int
  let excludesSelf: Bool

  /// Up to so many queries are few.
  static let few = 8
  /// The rows of a part, which one thread searches, and those that stay in its cache for all queries.
  private static let (part, run) = (4096, 64)

  private struct Neighbour {
    let similarity: Double
    let row: Int

    func isBefore(_ other: Neighbour) -> Bool {
      similarity > other.similarity || similarity == other.similarity && row < other.row
    }
  }

  /// The neighbours of each query, nearest first.
  ///
  /// - Parameter lengths: those of the queries.
  /// - Throws: `FeatureError.notFinite`.
  func nearest(lengths: [Double]) throws(FeatureError) -> (indices: [Int], similarities: [Double]) {
    let parts = parallelMap((bank.count + Self.part - 1) / Self.part) { index in
      nearest(in: index * Self.part..<min((index + 1) * Self.part, bank.count), lengths)
    }
    var result: (indices: [Int], similarities: [Double]) = ([], [])
    for query in 0..<queries.count {
      var all: [Neighbour] = []
      for part in parts {
        if let row = part.notFinite { throw .notFinite(row: row) }
        all += part.found[query]
      }
      for neighbour in all.sorted(by: { $0.isBefore($1) }).prefix(k) {
        result.indices.append(neighbour.row)
        result.similarities.append(neighbour.similarity)
      }
    }
    return result
  }

  /// The k nearest of each query among some rows, or the first of these rows that is not finite.
  private func nearest(
    in rows: Range<Int>, _ lengths: [Double]
  ) -> (found: [[Neighbour]], notFinite: Int?) {
    var found = [[Neighbour]](repeating: [], count: queries.count)
    let dimension = bank.dimension
    var products = [Double](repeating: 0, count: Self.run)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.run) {
      let run = start..<min(start + Self.run, rows.upperBound)
      let numbers = run.map { UInt32($0) }
      let own = bank.lengths(of: run)
      if let row = own.firstIndex(where: { !$0.isFinite }) { return (found, start + row) }
      for query in 0..<queries.count {
        unsafe queries.vectors.withUnsafeBufferPointer { queries in
          unsafe bank.vectors.withUnsafeBufferPointer { bank in
            guard let query0 = queries.baseAddress, let bank = bank.baseAddress else { return }
            unsafe ck_kernels().pointee.dot_products(
              query0 + query * dimension, bank, dimension, numbers, numbers.count, &products)
          }
        }
        for (place, row) in run.enumerated() where !(excludesSelf && row == query) {
          found[query].append(
            Neighbour(similarity: products[place] / (lengths[query] * max(own[place], 1e-12)), row: row))
        }
        if found[query].count >= 2 * k + 256 { keepNearest(&found[query]) }
      }
    }
    for query in found.indices { keepNearest(&found[query]) }
    return (found, nil)
  }

  private func keepNearest(_ neighbours: inout [Neighbour]) {
    neighbours.sort { $0.isBefore($1) }
    if neighbours.count > k { neighbours.removeLast(neighbours.count - k) }
  }
}
