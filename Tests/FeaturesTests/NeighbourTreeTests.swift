import SiamFeatures
import TestSupport
import Testing

@Suite struct NeighbourTreeTests {
  /// By looking at all points.
  private func all(_ points: [Float], _ dimension: Int, near query: [Float], _ radius: Float) -> [Int] {
    (0..<points.count / dimension).filter { point in
      (0..<dimension).reduce(0 as Float) {
        let apart = points[point * dimension + $1] - query[$1]
        return $0 + apart * apart
      } <= radius * radius
    }
  }

  @Test("a ball's points are those that a look at all finds", arguments: [1, 2, 17, 500], [1, 3, 18])
  func agrees(count: Int, dimension: Int) {
    let points = draws(count * dimension, UInt64(count))
    let tree = NeighbourTree(points, dimension: dimension)
    var found = 0
    for query in 0..<min(40, count) {
      let center =
        query % 2 == 0 ? Array(points[query * dimension..<(query + 1) * dimension]) : draws(dimension, 99)
      for radius in [0, 0.1, 0.7, 2, 100] as [Float] {
        let near = tree.neighbours(of: center, within: radius).sorted()
        #expect(near == all(points, dimension, near: center, radius))
        found += near.count
      }
    }
    #expect(found > 0 && tree.count == count)
  }

  @Test func `equal points in great number are found, and a limit ends the search`() {
    let points = [Float](repeating: 0.5, count: 1000) + draws(300, 1)
    let tree = NeighbourTree(points, dimension: 2)
    #expect(tree.neighbours(of: [0.5, 0.5], within: 0).count == 500)
    var asked = 0
    let few = tree.neighbours(of: [0.5, 0.5], within: 0, limit: 3) { point in
      asked += 1
      return point % 2 == 1
    }
    #expect(few.count == 3 && few.allSatisfy { $0 % 2 == 1 } && asked < 20)
  }

  @Test func `no points, no neighbours`() {
    #expect(NeighbourTree([], dimension: 3).neighbours(of: [0, 0, 0], within: 9).isEmpty)
  }
}
