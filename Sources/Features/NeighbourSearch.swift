import CSiamKernels
import SiamTensors

/// A bank made ready for many queries.
struct NeighbourSearch: Sendable {
  let bank: FeatureTable
  let k: Int
  private let lengths: [Double]
  /// What all directions are measured from, for the search alone: their mean.
  private let centre: [Double]
  /// The bank's directions by runs of `run` rows.
  private let runs: [WholeNumberRows]
  private let radius, rounding: Double
  /// Their products with a block of queries stay in the nearest caches until they have been looked through.
  private static let run = 64

  /// - Throws: `FeatureError.notFinite`.
  init(_ bank: FeatureTable, k: Int) throws(FeatureError) {
    let lengths = try bank.lengths()
    let centre = bank.meanDirection(lengths: lengths)
    let runs = parallelMap((bank.count + Self.run - 1) / Self.run) { index in
      let rows = index * Self.run..<min((index + 1) * Self.run, bank.count)
      return WholeNumberRows(bank, rows, lengths: lengths[rows], centre: centre, .panels)
    }
    (self.bank, self.k, self.lengths) = (bank, k, lengths)
    (self.centre, self.runs) = (centre, runs)
    radius = runs.reduce(0) { max($0, $1.radius) }
    rounding = runs.reduce(0) { max($0, $1.rounding) }
  }

  /// The neighbours of some of the queries, best first.
  ///
  /// - Parameter lengths: those of the queries.
  func nearest(
    _ queries: FeatureTable, _ rows: Range<Int>, lengths: ArraySlice<Double>, excludingSelf: Bool
  ) -> (indices: [Int], similarities: [Double]) {
    let dimension = bank.dimension
    let x = WholeNumberRows(queries, rows, lengths: lengths, centre: centre, .rows)
    let margin = Float(2 * x.error(radius: radius, rounding: rounding)).nextUp
    let candidates = NearestCandidates(
      queries: rows.count, of: bank.count, k: k, margin: margin, most: Self.most(k),
      own: excludingSelf ? rows.lowerBound : nil)
    let products = NumberBuffer<Int32>(zeros: rows.count * Self.run)
    for (index, run) in runs.enumerated() {
      x.multiply(by: run, to: products)
      unsafe candidates.add(
        products.base, columns: run.count, steps: x.steps, rowSteps: run.steps, rowShifts: run.shifts,
        from: index * Self.run)
    }
    var result: (indices: [Int], similarities: [Double]) = ([], [])
    result.indices.reserveCapacity(rows.count * k)
    result.similarities.reserveCapacity(rows.count * k)
    var exact: [Neighbour] = []
    for row in rows {
      let (start, length) = (row * dimension, lengths[row])
      let left = candidates.finish(row - rows.lowerBound)
      measure(left, from: queries.vectors, at: start, length: length, into: &exact)
      exact.sort { ($1.similarity, $0.index) < ($0.similarity, $1.index) }
      for neighbour in exact.prefix(k) {
        result.indices.append(Int(neighbour.index))
        result.similarities.append(neighbour.similarity)
      }
    }
    return result
  }

  private struct Neighbour {
    let similarity: Double
    let index: UInt32
  }

  /// Cosines in double precision.
  private func measure(
    _ rows: [UInt32], from queries: [Float], at start: Int, length: Double,
    into exact: inout [Neighbour]
  ) {
    exact.removeAll(keepingCapacity: true)
    let products = unsafe [Double](unsafeUninitializedCapacity: rows.count) { products, count in
      unsafe queries.withUnsafeBufferPointer { queries in
        unsafe bank.vectors.withUnsafeBufferPointer { bank in
          guard let query = queries.baseAddress, let bank = bank.baseAddress, let to = products.baseAddress
          else { return }
          unsafe ck_dots(query + start, bank, self.bank.dimension, rows, rows.count, to)
        }
      }
      count = rows.count
    }
    for (index, dot) in zip(rows, products) {
      exact.append(Neighbour(similarity: dot / (length * lengths[Int(index)]), index: index))
    }
  }

  /// How many stay at most when more are within the bound on the rounding.
  private static func most(_ k: Int) -> Int { max(8 * k, 2048) }

  /// The queries to search for at once: so many that a run of the bank, once it is here, serves a while; so few that
  /// there are some blocks for each thread, and that the candidates do not fill the memory.
  func block(_ queries: Int) -> Int {
    let room = NearestCandidates.room(bank: bank.count, k: k, most: Self.most(k))
    return max(8, min(256, (queries / 16 + 7) / 8 * 8, (4 << 20) / room / 8 * 8))
  }
}

extension FeatureTable {
  /// The length of each row, at least 1e-12, so that a vector of zeros stays one.
  ///
  /// - Throws: `FeatureError.notFinite`.
  func lengths() throws(FeatureError) -> [Double] {
    let block = 512
    let lengths = parallelMap((count + block - 1) / block) { index in
      unsafe vectors.withUnsafeBufferPointer { vectors in
        (index * block..<min((index + 1) * block, count)).map { row in
          guard let base = vectors.baseAddress else { return 0.0 }
          var (square, first) = (0.0, UInt32(0))
          let vector = unsafe base + row * dimension
          unsafe ck_dots(vector, vector, dimension, &first, 1, &square)
          return square.squareRoot()
        }
      }
    }.flatMap { $0 }
    // The square of no float is infinite in double precision: what is, was so before.
    if let row = lengths.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
    return lengths.map { max($0, 1e-12) }
  }

  /// The mean of all rows, each divided by its length.
  func meanDirection(lengths: [Double]) -> [Double] {
    let block = 512
    let sums = parallelMap((count + block - 1) / block) { index in
      var sum = [Double](repeating: 0, count: dimension)
      for row in index * block..<min((index + 1) * block, count) {
        let inverse = 1 / lengths[row]
        for (column, number) in zip(sum.indices, vectors[row * dimension..<(row + 1) * dimension]) {
          sum[column] += Double(number) * inverse
        }
      }
      return sum
    }
    var mean = [Double](repeating: 0, count: dimension)
    for sum in sums { for column in mean.indices { mean[column] += sum[column] / Double(count) } }
    return mean
  }
}
