import SiamTensors

/// Vectors grouped by their directions: spherical k-means.
///
/// Source: Dhillon, Modha (2001); start: Arthur, Vassilvitskii (2007), k-means++.
package struct SphericalClusters: Sendable, Equatable {
  /// The rows of each cluster, those nearest to its centre first; the largest cluster first, none empty.
  package let members: [[Int]]
  /// The mean cosine similarity of the vectors to their centres, -1...1: what k-means makes large.
  package let cohesion: Double

  /// - Parameter k: how many; fewer where there are fewer different vectors.
  /// - Precondition: at least one vector; `k` is at least 1.
  package init(_ table: FeatureTable, k: Int, seed: UInt64 = 0) {
    precondition(k >= 1 && table.count > 0, "\(k) clusters of \(table.count) vectors")
    let (n, d) = (table.count, table.dimension)
    let unit = UnitRows(table.vectors, dimension: d).values.map { Float($0) }
    let rows = Tensor([n, d], unit)
    var centres = Self.start(unit, n, d, k: min(k, n), seed: seed)
    var (nearest, similarity) = ([Int](), [Float]())
    for _ in 0..<100 {
      let before = nearest
      (nearest, similarity) = Self.assign(rows, centres, d)
      if nearest == before { break }
      centres = Self.means(unit, nearest, d, of: centres)
    }
    var groups = [[Int]](repeating: [], count: centres.count / d)
    for (row, cluster) in nearest.enumerated() { groups[cluster].append(row) }
    members = groups.filter { !$0.isEmpty }
      .map { $0.sorted { (similarity[$1], $0) < (similarity[$0], $1) } }
      .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    cohesion = similarity.reduce(0) { $0 + Double($1) } / Double(n)
  }

  /// Rows drawn one after the other, each with a probability in proportion to its distance from those before.
  private static func start(_ unit: [Float], _ n: Int, _ d: Int, k: Int, seed: UInt64) -> [Float] {
    var generator = CounterGenerator(seed, 0x636C_7573)
    var centres: [Float] = []
    var far = [Float](repeating: .infinity, count: n)
    var next = Int(generator.next().multipliedFullWidth(by: UInt64(n)).high)
    let rows = Tensor([n, d], unit)
    while centres.count < k * d {
      let centre = Array(unit[next * d..<(next + 1) * d])
      centres += centre
      let products = product(rows, PackedMatrix(transposing: Tensor([1, d], centre))).values
      for row in 0..<n { far[row] = min(far[row], max(0, 1 - products[row])) }
      let total = far.reduce(0) { $0 + Double($1) }
      // What is left differs from the centres by rounding alone.
      guard total > 1e-6 * Double(n) else { break }
      var left = generator.fraction() * total
      next = far.lastIndex { $0 > 0 } ?? 0
      for row in 0..<n {
        left -= Double(far[row])
        if left < 0, far[row] > 0 {
          next = row
          break
        }
      }
    }
    return centres
  }

  private static func assign(_ rows: Tensor, _ centres: [Float], _ d: Int) -> ([Int], [Float]) {
    let k = centres.count / d
    let products = product(rows, PackedMatrix(transposing: Tensor([k, d], centres))).values
    var (nearest, similarity) = ([Int](), [Float]())
    for row in 0..<rows.rows {
      var best = 0
      for cluster in 1..<max(1, k) where products[row * k + cluster] > products[row * k + best] {
        best = cluster
      }
      nearest.append(best)
      similarity.append(products[row * k + best])
    }
    return (nearest, similarity)
  }

  /// The directions of the clusters' means; an empty cluster keeps its centre.
  private static func means(_ unit: [Float], _ nearest: [Int], _ d: Int, of centres: [Float]) -> [Float] {
    var sums = [Double](repeating: 0, count: centres.count)
    for (row, cluster) in nearest.enumerated() {
      for column in 0..<d { sums[cluster * d + column] += Double(unit[row * d + column]) }
    }
    var result = centres
    for cluster in 0..<centres.count / d {
      let range = cluster * d..<(cluster + 1) * d
      let length = sums[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-9 else { continue }
      for index in range { result[index] = Float(sums[index] / length) }
    }
    return result
  }
}
