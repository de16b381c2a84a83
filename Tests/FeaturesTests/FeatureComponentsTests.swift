import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct FeatureComponentsTests {
  /// Rows in a plane of five dimensions: a + s u + t v, with the larger spread along u.
  private let table: FeatureTable = {
    var vectors: [Float] = []
    for index in 0..<40 {
      let (s, t) = (Float(index % 8) - 3.5, Float(index / 8) * 0.25 - 0.5)
      vectors += [1 + 0.6 * s, 2 + 0.8 * s, 3 + 0.8 * t, 4 - 0.6 * t, 5]
    }
    return FeatureTable(
      vectors: vectors, dimension: 5, labels: [Int](repeating: 0, count: 40), classes: ["a"])
  }()

  @Test func `two components keep all distances within a plane, and the rows keep their labels`() {
    let components = PrincipalComponents(2, of: table)
    let short = table.projected(on: components)
    #expect(short.dimension == 2 && short.labels == table.labels && short.classes == ["a"])
    // Variances of -3.5...3.5 and of -0.5...0.5 in steps of 1 and 0.25.
    #expect(abs(components.variances[0] - 5.25) < 1e-4 && abs(components.variances[1] - 0.125) < 1e-4)
    for index in 0..<40 {
      #expect(abs(abs(short.vectors[2 * index]) - abs(Float(index % 8) - 3.5)) < 1e-4)
      #expect(abs(abs(short.vectors[2 * index + 1]) - abs(Float(index / 8) * 0.25 - 0.5)) < 1e-4)
    }
    let file = components.file
    #expect(file["mean"] == components.mean && file["directions"] == components.directions.values)
  }

  @Test func `rows of length 1, but for one of zeros`() {
    let rows = FeatureTable(vectors: [3, 4, 0, 0], dimension: 2).normalized()
    #expect(rows.vectors == [0.6, 0.8, 0, 0])
  }
}
