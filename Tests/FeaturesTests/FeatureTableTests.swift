import SiamFeatures
import Testing

@Suite struct FeatureTableTests {
  private let table = FeatureTable(
    vectors: [1, 2, 3, 4, 5, 6], dimension: 2, labels: [0, 1, 0], classes: ["cat", "dog"],
    paths: ["a", "b", "c"])

  @Test func `chosen rows keep their vectors, labels and paths together`() {
    let chosen = table.rows([2, 0, 2])
    #expect(chosen.vectors == [5, 6, 1, 2, 5, 6])
    #expect(
      chosen.labels == [0, 0, 0] && chosen.paths == ["c", "a", "c"] && chosen.classes == ["cat", "dog"])
    #expect(table.rows([1]).labels == [1])
    #expect(table.rows([]).count == 0)
  }

  @Test("the first row that is not finite is found", arguments: [(-1, nil), (0, 0), (3, 1), (5, 2)])
  func broken(index: Int, row: Int?) {
    for value in [Float.nan, .infinity, -.infinity] {
      var table = table
      if index >= 0 { table.vectors[index] = value }
      #expect(table.firstRowNotFinite == row)
    }
  }

  @Test func `rows, labels and paths that do not fit are programming errors`() async {
    await #expect(processExitsWith: .failure) { _ = FeatureTable(vectors: [1, 2, 3], dimension: 2) }
    await #expect(processExitsWith: .failure) { _ = FeatureTable(vectors: [1, 2], dimension: 2, labels: []) }
    await #expect(processExitsWith: .failure) { _ = FeatureTable(vectors: [1], dimension: 1, labels: [-1]) }
    await #expect(processExitsWith: .failure) {
      _ = FeatureTable(vectors: [1], dimension: 1, labels: [1], classes: ["a"])
    }
    await #expect(processExitsWith: .failure) {
      _ = FeatureTable(vectors: [1], dimension: 1, paths: ["a", "b"])
    }
  }
}
