import SiamFeatures
import SiamImages
import SiamTensors
import TestSupport
import Testing

/// Maps of pictures of Fashion-MNIST, compared with scikit-learn's (tools/reference/embedding.py).
@Suite struct EmbeddingTests {
  /// The pictures that the reference is made of, as grey levels.
  static func pictures() throws -> FeatureTable {
    let folder = try ImageFolder(dataPath("fashion-mini/test"))
    var (vectors, seen) = ([Float](), [Int: Int]())
    for (index, entry) in folder.entries.enumerated() {
      let label = try #require(entry.label)
      guard seen[label, default: 0] < 40 else { continue }
      seen[label, default: 0] += 1
      let pixels = try folder.image(at: index).pixels
      vectors += stride(from: 0, to: pixels.count, by: 3).map { Float(pixels[$0]) }
    }
    return FeatureTable(vectors: vectors, dimension: 28 * 28)
  }

  /// How far the neighbours on a map are neighbours in truth, 0...1.
  ///
  /// Source: Venna, Kaski (2001).
  private func trustworthiness(_ embedding: Embedding, of table: FeatureTable, k: Int = 12) throws -> Double {
    let n = table.count
    let all = try NearestNeighbours(of: table, in: table, k: n - 1, excludingSelf: true)
    var penalty = 0
    for row in 0..<n {
      var rank = [Int](repeating: 0, count: n)
      for place in 0..<n - 1 { rank[all.indices[row * (n - 1) + place]] = place + 1 }
      let distances = (0..<n).map { other in
        let (dx, dy) = (embedding.x[row] - embedding.x[other], embedding.y[row] - embedding.y[other])
        return other == row ? Float.infinity : dx * dx + dy * dy
      }
      let near = (0..<n).sorted { distances[$0] < distances[$1] }.prefix(k)
      for other in near { penalty += max(0, rank[other] - k) }
    }
    return 1 - 2 * Double(penalty) / Double(n * k * (2 * n - 3 * k - 1))
  }

  @Test func `t-SNE is as trustworthy as scikit-learn's within a hundredth`() throws {
    let table = try Self.pictures()
    let reference = try Reference("embedding")
    let values: [Double] = try reference.values("trustworthiness", as: Double.self)
    let theirs: [Float] = try reference.values("tsne")
    let points = stride(from: 0, to: theirs.count, by: 2)
    let embedding = Embedding(x: points.map { theirs[$0] }, y: points.map { theirs[$0 + 1] })
    // The measure itself is the same.
    #expect(abs(try trustworthiness(embedding, of: table) - values[0]) < 1e-4)
    let ours = try Embedding(tSNEOf: table)
    #expect(try trustworthiness(ours, of: table) > (values.min() ?? 1) - 0.01)
  }

  @Test func `the principal components are scikit-learn's but for their sign`() throws {
    let ours = Embedding(principalComponentsOf: try Self.pictures())
    let theirs: [Double] = try Reference("embedding").values("pca", as: Double.self)
    for (axis, values) in [ours.x, ours.y].enumerated() {
      let expected = values.indices.map { theirs[2 * $0 + axis] }
      let sign = zip(values, expected).reduce(0) { $0 + Double($1.0) * $1.1 } < 0 ? -1.0 : 1
      #expect(zip(values, expected).reduce(0) { max($0, abs(Double($1.0) - sign * $1.1)) } < 2e-3)
    }
  }

  @Test func `threads change no bit of t-SNE`() throws {
    let table = try Self.pictures().rows(Array(0..<150))
    let maps = try [1, 3].map { threads in try withThreadCount(threads) { try Embedding(tSNEOf: table) } }
    #expect(maps[0] == maps[1])
  }

  @Test("few or equal vectors have finite places", arguments: [1, 2, 3, 4, 5, 7, 40])
  func few(count: Int) throws {
    for vectors in [draws(count * 6, 1), [Float](repeating: 1, count: count * 6)] {
      let map = try Embedding(tSNEOf: FeatureTable(vectors: vectors, dimension: 6))
      #expect(map.count == count && (map.x + map.y).allSatisfy(\.isFinite))
    }
  }

  @Test func `progress is told to the end and can stop`() throws {
    struct Stop: Error {}
    let table = FeatureTable(vectors: draws(60, 1), dimension: 3)
    var shares: [Double] = []
    _ = try Embedding(tSNEOf: table) { shares.append($0) }
    #expect(shares.last == 1 && shares == shares.sorted())
    #expect(throws: Stop.self) { _ = try Embedding(tSNEOf: table) { if $0 > 0.5 { throw Stop() } } }
  }
}
