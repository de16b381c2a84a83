import Features
import Tensors

/// `knn [BANK QUERIES DIMENSION K]`: random vectors, as `tools/compare/knn.py` gives them to other programs.
func benchmarkNeighbours(_ sizes: [Int] = [50_000, 10_000, 512, 200]) {
  let (bank, queries) = (random(sizes[0], sizes[2], seed: 1), random(sizes[1], sizes[2], seed: 2))
  var found: NearestNeighbours?
  let seconds = median(of: 5) { found = try? NearestNeighbours(of: queries, in: bank, k: sizes[3]) }
  precondition(found?.indices.count == sizes[1] * min(sizes[3], sizes[0]), "a search without a result")
  let work = 2 * Double(sizes[0]) * Double(sizes[1]) * Double(sizes[2])
  report(
    "knn/bank \(sizes[0]), queries \(sizes[1]), dimension \(sizes[2]), k \(sizes[3])", seconds: seconds,
    "\(decimals(work / seconds / 1e9, 1)) GFLOP/s")
}

private func random(_ count: Int, _ dimension: Int, seed: UInt64) -> FeatureTable {
  var generator = CounterGenerator(seed)
  return FeatureTable(
    vectors: (0..<count * dimension).map { _ in Float.random(in: -1...1, using: &generator) },
    dimension: dimension)
}
