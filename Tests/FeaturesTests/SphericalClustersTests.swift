import SiamFeatures
import TestSupport
import Testing

@Suite struct SphericalClustersTests {
  @Test func `pictures are grouped as well as scikit-learn's starts allow`() throws {
    let table = try EmbeddingTests.pictures()
    let best: [Double] = try Reference("embedding").values("cohesion", as: Double.self)
    let clusters = SphericalClusters(table, k: 10)
    #expect(clusters.cohesion > best[0] - 0.01)
    #expect(clusters.members.flatMap(\.self).sorted() == Array(0..<table.count))
    #expect(clusters.members.map(\.count) == clusters.members.map(\.count).sorted(by: >))
  }

  @Test func `directions far apart are told apart, whatever their lengths`() {
    let vectors: [Float] = [1, 0.1, 9, 0.2, 0, 3, 0.1, 80, -2, 0.01, -700, 5]
    let clusters = SphericalClusters(FeatureTable(vectors: vectors, dimension: 2), k: 3)
    #expect(Set(clusters.members.map { $0.sorted() }) == [[0, 1], [2, 3], [4, 5]])
  }

  @Test func `equal vectors are one cluster, and none is empty`() {
    let one = FeatureTable(vectors: [Float](repeating: 2, count: 30), dimension: 3)
    #expect(SphericalClusters(one, k: 4).members.count == 1)
    let few = FeatureTable(vectors: draws(9, 2), dimension: 3)
    #expect(SphericalClusters(few, k: 9).members.count == 3)
  }

  @Test func `the first of a cluster is nearest to its centre`() {
    let table = FeatureTable(vectors: [1, 0, 1, 0.3, 1, -0.3], dimension: 2)
    #expect(SphericalClusters(table, k: 1).members == [[0, 1, 2]])
  }
}
