import SiamTensors
import Testing

@testable import SiamFeatures

@Suite struct NeighbourSearchTests {
  @Test func `lengths are exact where they can be, and never 0`() throws {
    let table = FeatureTable(vectors: [3, 4, 0, 0, 0, 0, 0, 0, 1e-30, 3e38, 0, 4e37], dimension: 3)
    let lengths = try table.lengths()
    #expect(lengths[0] == 5 && lengths[1] == 1e-12 && lengths[2] == 1e-12)
    #expect(abs(lengths[3] / (3e38 * 3e38 + 4e37 * 4e37).squareRoot() - 1) < 1e-7)
    let mean = UnitRows(table.rows([0, 1]).vectors, dimension: 3).means()
    #expect(abs(mean[0] - 0.3) < 1e-15 && abs(mean[1] - 0.4) < 1e-15 && mean[2] == 0)
  }

  @Test(
    "the first row that is not finite is named, whichever thread sees it", arguments: [0, 511, 512, 2999])
  func broken(row: Int) {
    for value in [Float.nan, .infinity, -.infinity] {
      var table = FeatureTable(vectors: [Float](repeating: 1, count: 3000 * 2), dimension: 2)
      table.vectors[2 * row + 1] = value
      table.vectors[5999] = .nan
      #expect(throws: FeatureError.notFinite(row: row)) { try table.lengths() }
    }
  }

  @Test(
    "blocks of queries are whole groups of eight, and small where their candidates are many",
    arguments: [(1, 1, 8), (1000, 20, 64), (10_000, 200, 256), (10_000, 50_000, 80), (100, 50_000, 8)])
  func blocks(queries: Int, k: Int, expected: Int) throws {
    let bank = FeatureTable(vectors: [Float](repeating: 1, count: 50_000), dimension: 1)
    #expect(try NeighbourSearch(bank, k: k).block(queries) == expected)
  }
}
