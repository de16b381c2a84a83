import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct OddRowsTests {
  @Test func `rows without a label are not doubted, and their votes count for no class`() throws {
    // Two tight groups of vectors: a wrong label in the first, and rows without labels in both.
    let vectors = (0..<12).flatMap { row in
      row < 6 ? [Float(1), Float(row) / 100] : [Float(row) / 100, Float(1)]
    }
    let table = FeatureTable(vectors: vectors, dimension: 2, labels: nil, classes: [], paths: [])
    let labels: [Int?] = [0, 0, 1, 0, nil, nil, 1, 1, nil, 1, nil, 1]
    let odd = try OddRows(table, labels: labels)
    #expect(odd.suspects.map(\.row) == [2] && odd.suspects[0].suggested == 0)
    #expect(odd.loners.count == 12)
  }

  /// Three bundles of directions, forty each, and three directions of their own.
  private func table() -> FeatureTable {
    let noise = draws(123 * 6, 4)
    var vectors: [Float] = []
    for row in 0..<123 {
      var vector = noise[row * 6..<row * 6 + 6].map { 0.2 * $0 }
      if row < 120 { vector[row / 40] += 1 } else { vector[row - 117] += row == 120 ? -3 : 3 }
      vectors += vector
    }
    return FeatureTable(
      vectors: vectors, dimension: 6, labels: (0..<123).map { min(2, $0 / 40) }, classes: ["a", "b", "c"])
  }

  @Test func `swapped labels come first, with what the neighbours say`() throws {
    var table = table()
    let swapped = [5: 1, 44: 2, 45: 0, 100: 0]
    for (row, label) in swapped { table.labels?[row] = label }
    let odd = try OddRows(table)
    #expect(Set(odd.suspects.prefix(4).map(\.row)) == Set(swapped.keys))
    for suspect in odd.suspects.prefix(4) {
      #expect(suspect.suggested == suspect.row / 40)
      #expect(suspect.own <= 3 && suspect.other >= 16 && suspect.ownShare < suspect.otherShare)
    }
    #expect(odd.suspects.map(\.ownShare) == odd.suspects.map(\.ownShare).sorted())
  }

  @Test func `directions of their own are the loneliest, with or without labels`() throws {
    var table = table()
    table.labels = nil
    let odd = try OddRows(table)
    #expect(odd.suspects.isEmpty && odd.loners.count == 123)
    #expect(Set(odd.loners.prefix(3).map(\.row)) == [120, 121, 122])
    #expect(odd.loners[0].similarity < 0.7 && odd.medianSimilarity > 0.9)
  }

  @Test func `closeness is the mean of the nearest few, or of all there are`() throws {
    let table = FeatureTable(vectors: [1, 0, 1, 0, 0, 1], dimension: 2)
    let neighbours = try NearestNeighbours(of: table, in: table, k: 9, excludingSelf: true)
    #expect(neighbours.closeness(of: 1) == [1, 1, 0])
    #expect(neighbours.closeness(of: 5) == [0.5, 0.5, 0])
  }
}
