import SiamFeatures
import SiamTensors

/// Random vectors, as `knn.py` of the comparison gives them to other programs.
func benchmarkNeighbours(_ bench: Bench) {
  let (bankSize, querySize) = (bench.options["bank"] ?? 50_000, bench.options["queries"] ?? 10_000)
  let (dimension, k) = (bench.options["dimension"] ?? 512, bench.options["k"] ?? 200)
  let (bank, queries) = (random(bankSize, dimension, seed: 1), random(querySize, dimension, seed: 2))
  bench.forEachThreadCount { threads in
    var found: NearestNeighbours?
    let seconds = bench.median(of: 5) { found = try? NearestNeighbours(of: queries, in: bank, k: k) }
    precondition(found?.indices.count == querySize * min(k, bankSize), "a search without a result")
    bench.report(
      "knn/bank \(bankSize), queries \(querySize), dimension \(dimension), k \(k)", threads: threads,
      seconds: seconds, work: 2 * Double(bankSize) * Double(querySize) * Double(dimension))
  }
}

private func random(_ count: Int, _ dimension: Int, seed: UInt64) -> FeatureTable {
  FeatureTable(vectors: randomTensor([count, dimension], seed: seed).values, dimension: dimension)
}
