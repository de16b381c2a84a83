import CSiamKernels
import SiamTensors

/// For each of some queries, the rows of a bank that can be among its k nearest.
///
/// Similarities have an error of at most `margin / 2`, so the k largest lie within `margin` of the k-th largest seen.
/// Nearly all rows are rejected by a comparison with a limit that only rises.
@safe final class NearestCandidates {
  private let queries: Int
  private var rule: ck_selection
  private let keys: UnsafeMutablePointer<Int32>
  private let rows: UnsafeMutablePointer<UInt32>
  private let candidates: UnsafeMutablePointer<ck_candidates>
  private let limits: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - bank: the number of rows that will be added.
  ///   - most: the candidates of a query at most, for when very many lie within the margin, as after a collapse: the
  ///     largest stay, the first among equals.
  ///   - own: the row that is the first query itself, the row after it being the second query and so on; nil when queries
  ///     and bank are different tables.
  init(queries: Int, of bank: Int, k: Int, margin: Float, most: Int, own: Int? = nil) {
    precondition(k >= 1 && bank < Int(UInt32.max), "\(k) nearest of \(bank)")
    let most = min(max(most, k), bank)
    // With room for twice as many as may stay, each pruning removes at least as many as it leaves.
    let room = Self.room(bank: bank, k: k, most: most)
    let full = min(max(2 * k, 128), room - 32)
    self.queries = queries
    rule = ck_selection(k: k, most: most, room: room, margin: margin)
    unsafe keys = .allocate(capacity: queries * room)
    unsafe rows = .allocate(capacity: queries * room)
    unsafe candidates = .allocate(capacity: queries)
    unsafe limits = .allocate(capacity: queries)
    unsafe limits.initialize(repeating: -.infinity, count: queries)
    for query in 0..<queries {
      unsafe (candidates + query).initialize(
        to: ck_candidates(
          keys: keys + query * room, rows: rows + query * room, count: 0, full: full,
          except: own.map { UInt32($0 + query) } ?? .max))
    }
  }

  deinit {
    unsafe keys.deallocate()
    unsafe rows.deallocate()
    unsafe candidates.deallocate()
    unsafe limits.deallocate()
  }

  /// The candidates that each query has memory for.
  static func room(bank: Int, k: Int, most: Int) -> Int { min(2 * max(most, k), bank) + 32 }

  /// Adds the run of rows after those added before, given their products with the queries; see `select_largest` in `ck_table`.
  func add(
    _ products: UnsafePointer<Int32>, columns: Int, steps: [Float], rowSteps: [Float], rowShifts: [Float],
    from first: Int
  ) {
    precondition(steps.count >= queries && min(rowSteps.count, rowShifts.count) >= (columns + 15) / 16 * 16)
    unsafe ck_kernels().pointee.select_largest(
      products, queries, columns, steps, rowSteps, rowShifts, UInt32(first), &rule, candidates, limits)
  }

  /// The candidates of a query, in the order of the bank.
  func finish(_ query: Int) -> [UInt32] {
    precondition(0 <= query && query < queries, "query \(query) of \(queries)")
    unsafe ck_kernels().pointee.prune_candidates(&rule, candidates + query, limits + query)
    return unsafe Array(UnsafeBufferPointer(start: candidates[query].rows, count: candidates[query].count))
  }
}
