import CSiamKernels
import SiamTensors

/// A bank prepared for many queries.
struct NeighbourSearch: Sendable {
  /// The vectors to search among.
  let bank: FeatureTable
  /// The number of neighbours to find.
  let k: Int
  private let lengths: [Double]
  /// The point from which the search measures all directions: about their mean, so that the integers are small.
  private let centre: [Double]
  /// The bank's directions in runs of `run` rows.
  private let runs: [IntegerRows]
  private let radius, rounding: Double
  /// The products of a run with a block of queries stay in the nearest caches until the candidates are chosen.
  private static let run = 64
  /// Any centre gives the same neighbours, and the mean of so many rows is as good as that of all.
  private static let sample = 1024

  /// - Throws: `FeatureError.notFinite`.
  init(_ bank: FeatureTable, k: Int) throws(FeatureError) {
    let lengths = try bank.lengths()
    let sample = min(bank.count, Self.sample)
    let rows = bank.rows((0..<sample).map { $0 * bank.count / sample })
    let centre = UnitRows(rows.vectors, dimension: bank.dimension).means()
    let runs = parallelMap((bank.count + Self.run - 1) / Self.run) { index in
      let rows = index * Self.run..<min((index + 1) * Self.run, bank.count)
      return IntegerRows(bank, rows, lengths: lengths[rows], centre: centre, .panels)
    }
    (self.bank, self.k, self.lengths) = (bank, k, lengths)
    (self.centre, self.runs) = (centre, runs)
    radius = runs.reduce(0) { max($0, $1.radius) }
    rounding = runs.reduce(0) { max($0, $1.rounding) }
  }

  /// The neighbours of some of the queries, nearest first.
  ///
  /// - Parameter lengths: those of the chosen queries.
  func nearest(
    _ queries: FeatureTable, _ rows: Range<Int>, lengths: ArraySlice<Double>, excludingSelf: Bool
  ) -> (indices: [Int], similarities: [Double]) {
    let dimension = bank.dimension
    let x = IntegerRows(queries, rows, lengths: lengths, centre: centre, .rows)
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

  /// The cosine similarities of a query and some rows of the bank, in double precision.
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
          unsafe ck_kernels().pointee.dot_products(
            query + start, bank, self.bank.dimension, rows, rows.count, to)
        }
      }
      count = rows.count
    }
    for (index, dot) in zip(rows, products) {
      exact.append(Neighbour(similarity: dot / (length * lengths[Int(index)]), index: index))
    }
  }

  /// The most candidates that are measured again for a query.
  private static func most(_ k: Int) -> Int { max(8 * k, 2048) }

  /// The queries to search for at once: enough to make use of a run of the bank once it is in the cache, few enough for
  /// several blocks a thread and for candidates that do not fill the memory.
  func block(_ queries: Int) -> Int {
    let room = NearestCandidates.room(bank: bank.count, k: k, most: Self.most(k))
    return max(8, min(256, (queries / 16 + 7) / 8 * 8, (4 << 20) / room / 8 * 8))
  }
}

extension FeatureTable {
  /// The length of each row, but at least 1e-12, so that a row of zeros divided by it stays one.
  ///
  /// - Throws: `FeatureError.notFinite`.
  func lengths() throws(FeatureError) -> [Double] {
    let block = 512
    let lengths = parallelMap((count + block - 1) / block) { index in
      self.lengths(of: index * block..<min((index + 1) * block, count))
    }.flatMap { $0 }
    // In double precision no square of a finite float overflows.
    if let row = lengths.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
    return lengths.map { max($0, 1e-12) }
  }

  /// The lengths of some rows, as they are.
  func lengths(of rows: Range<Int>) -> [Double] {
    unsafe vectors.withUnsafeBufferPointer { vectors in
      rows.map { row in
        guard let base = vectors.baseAddress else { return 0.0 }
        var (square, first) = (0.0, UInt32(0))
        let vector = unsafe base + row * dimension
        unsafe ck_kernels().pointee.dot_products(vector, vector, dimension, &first, 1, &square)
        return square.squareRoot()
      }
    }
  }
}
