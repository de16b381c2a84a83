import Glibc
import SiamTensors

/// How much each vector has to do with its neighbours: t-SNE's joint probabilities, sparse.
///
/// Source: van der Maaten, Hinton (2008), equations 1 and 2; van der Maaten (2014), section 4.1.
struct NeighbourAffinities: Sendable {
  /// Row i holds the entries from `starts[i]` to `starts[i + 1]`.
  private(set) var starts: [Int32]
  private(set) var columns: [Int32] = []
  /// p(i, j), which sum to 1.
  private(set) var values: [Float] = []

  /// - Parameters:
  ///   - neighbours: of each vector among the others.
  ///   - perplexity: about how many of them count, below their number.
  init(_ neighbours: NearestNeighbours, perplexity: Double) {
    let k = neighbours.k
    let count = neighbours.indices.count / k
    let similarities = neighbours.similarities
    let conditional = parallelMap(count) { row in
      Self.probabilities(
        similarities[row * k..<(row + 1) * k].map { max(0, 2 - 2 * $0) }, perplexity: perplexity)
    }
    // p(i, j) = (p(j | i) + p(i | j)) / 2N: each entry is added to its row and to its column.
    var rows = [[(column: Int32, value: Double)]](repeating: [], count: count)
    for row in 0..<count {
      for (place, value) in conditional[row].enumerated() {
        let other = neighbours.indices[row * k + place]
        rows[row].append((Int32(other), value))
        rows[other].append((Int32(row), value))
      }
    }
    starts = [0]
    let scale = 1 / (2 * Double(count))
    for row in rows {
      let sorted = row.sorted { $0.column < $1.column }
      for (place, entry) in sorted.enumerated() {
        if place > 0, sorted[place - 1].column == entry.column {
          values[values.count - 1] += Float(entry.value * scale)
        } else {
          columns.append(entry.column)
          values.append(Float(entry.value * scale))
        }
      }
      starts.append(Int32(columns.count))
    }
  }

  /// exp(−β d²) over its sum, β by bisection such that exp(entropy) is the perplexity.
  private static func probabilities(_ distances: [Double], perplexity: Double) -> [Double] {
    let (nearest, wanted) = (distances.min() ?? 0, log(perplexity))
    var (beta, low, high) = (1.0, 0.0, Double.infinity)
    var weights = distances
    for _ in 0..<100 {
      var (sum, product) = (0.0, 0.0)
      for (index, distance) in distances.enumerated() {
        weights[index] = exp(-beta * (distance - nearest))
        sum += weights[index]
        product += weights[index] * (distance - nearest)
      }
      let entropy = log(sum) + beta * product / sum
      for index in weights.indices { weights[index] /= sum }
      if abs(entropy - wanted) < 1e-5 { break }
      if entropy > wanted {
        low = beta
        beta = high.isFinite ? (low + high) / 2 : 2 * beta
      } else {
        high = beta
        beta = (low + high) / 2
      }
    }
    return weights
  }
}
