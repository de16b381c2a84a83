import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

private func random(_ count: Int, _ dimension: Int, seed: UInt64) -> FeatureTable {
  var generator = CounterGenerator(seed)
  return FeatureTable(
    vectors: (0..<count * dimension).map { _ in Float.random(in: -1...1, using: &generator) },
    dimension: dimension)
}

private func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
  func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
  return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
}

@Suite struct NearestNeighboursTests {
  @Test(
    "every neighbour of a full sort is found, over several runs of the bank", arguments: [1, 10, 1200, 1300])
  func fullSort(k: Int) throws {
    let (bank, queries) = (random(1201, 9, seed: 1), random(101, 9, seed: 2))
    let found = try NearestNeighbours(of: queries, in: bank, k: k)
    #expect(found.k == min(k, 1201))
    for query in [0, 50, 95, 96, 100] {
      let all = (0..<1201).map { row in
        cosine(queries.vectors[query * 9..<query * 9 + 9], bank.vectors[row * 9..<row * 9 + 9])
      }
      let order = all.indices.sorted { (all[$1], $0) < (all[$0], $1) }.prefix(k)
      let range = query * found.k..<(query + 1) * found.k
      #expect(Array(found.indices[range]) == Array(order))
      for (index, similarity) in zip(found.indices[range], found.similarities[range]) {
        #expect(abs(similarity - all[index]) < 1e-12)
      }
    }
  }

  @Test("few queries find what many find, bit by bit", arguments: [1, 5, 300, 9000])
  func few(k: Int) throws {
    // Every vector comes twice, so that equal similarities meet; and the table spans several parts.
    let half = random(4500, 7, seed: 31)
    let table = FeatureTable(vectors: half.vectors + half.vectors, dimension: 7)
    for excludes in [false, true] {
      let many = try NearestNeighbours(
        of: table.rows(Array(0..<20)), in: table, k: k, excludingSelf: excludes)
      for count in [1, 8] {
        let few = try NearestNeighbours(
          of: table.rows(Array(0..<count)), in: table, k: k, excludingSelf: excludes)
        #expect(few.k == many.k && few.indices == Array(many.indices.prefix(count * many.k)))
        #expect(few.similarities == Array(many.similarities.prefix(count * many.k)))
      }
    }
    var broken = table
    broken.vectors[7 * 5000] = .nan
    #expect(throws: FeatureError.notFinite(row: 5000)) {
      try NearestNeighbours(of: half.rows([0]), in: broken, k: k)
    }
  }

  @Test("vectors that differ little are told apart", arguments: [1e-3, 1e-5])
  func closeTogether(spread: Float) throws {
    // More lie within single precision's error than stay; measured from their mean, they do not.
    var table = random(4000, 6, seed: 21)
    for at in table.vectors.indices { table.vectors[at] = 1 + spread * table.vectors[at] }
    let found = try NearestNeighbours(of: table, in: table, k: 3)
    func row(_ index: Int) -> ArraySlice<Float> { table.vectors[6 * index..<6 * index + 6] }
    for query in stride(from: 0, to: 4000, by: 397) {
      let all = (0..<4000).map { cosine(row(query), row($0)) }
      let best = all.sorted(by: >)
      // What is equal in all digits but the last can stand in either order.
      for rank in 0..<3 { #expect(abs(all[found.indices[query * 3 + rank]] - best[rank]) < 1e-15) }
    }
  }

  @Test("a bank searched in parts gives what one search of it gives", arguments: [1, 7, 40, 200])
  func parts(k: Int) throws {
    // Every vector comes twice, so that equal similarities meet over the border of two parts.
    let half = random(60, 5, seed: 8)
    let bank = FeatureTable(vectors: half.vectors + half.vectors, dimension: 5)
    let queries = random(30, 5, seed: 9)
    var found: NearestNeighbours?
    for (start, end) in [(0, 50), (50, 55), (55, 120)] {
      let part = try NearestNeighbours(of: queries, in: bank.rows(Array(start..<end)), k: k)
      found = found?.joined(with: part, after: start, k: k) ?? part
    }
    #expect(try found == NearestNeighbours(of: queries, in: bank, k: k))
  }

  @Test func `the number of threads changes no bit`() throws {
    let (bank, queries) = (random(1100, 7, seed: 3), random(400, 7, seed: 4))
    let one = try withThreadCount(1) { try NearestNeighbours(of: queries, in: bank, k: 5) }
    #expect(try withThreadCount(3) { try NearestNeighbours(of: queries, in: bank, k: 5) } == one)
  }

  @Test func `equal vectors are found in the order of the bank, and none finds itself`() throws {
    let table = FeatureTable(vectors: [1, 2, 2, 1, 2, 4, -1, -2, 0.5, 1], dimension: 2)
    #expect(try NearestNeighbours(of: table.rows([0]), in: table, k: 9).indices == [0, 2, 4, 1, 3])
    let own = try NearestNeighbours(of: table, in: table, k: 9, excludingSelf: true)
    #expect(own.k == 4)
    #expect(own.indices == [2, 4, 1, 3, 0, 2, 4, 3, 0, 4, 1, 3, 1, 0, 2, 4, 0, 2, 1, 3])
  }

  @Test func `huge and tiny vectors have the cosines of their directions`() throws {
    let bank = FeatureTable(vectors: [3e38, 3e38, 1e-9, 0, 0, 3e38], dimension: 2)
    let found = try NearestNeighbours(of: FeatureTable(vectors: [2e38, 1e38], dimension: 2), in: bank, k: 3)
    #expect(found.indices == [0, 1, 2])
    for (similarity, expected) in zip(
      found.similarities, [0.9486832980505138, 0.894427190999916, 0.447213595499958])
    {
      #expect(abs(similarity - expected) < 1e-7)
    }
  }

  @Test func `a bank of equal vectors, as after a total collapse, is searched in reasonable time and order`()
    throws
  {
    let bank = FeatureTable(vectors: [Float](repeating: 0.1, count: 9000 * 4), dimension: 4)
    let found = try NearestNeighbours(of: bank.rows([5, 6]), in: bank, k: 3)
    #expect(found.indices == [0, 1, 2, 0, 1, 2])
  }

  @Test func `what cannot be searched is refused with its reason`() {
    let bank = random(3, 2, seed: 5)
    #expect(throws: FeatureError.dimensions(queries: 3, bank: 2)) {
      try NearestNeighbours(of: random(1, 3, seed: 6), in: bank, k: 1)
    }
    #expect(throws: FeatureError.empty("bank")) { try NearestNeighbours(of: bank, in: bank.rows([]), k: 1) }
    #expect(throws: FeatureError.empty("bank")) {
      try NearestNeighbours(of: bank.rows([0]), in: bank.rows([0]), k: 1, excludingSelf: true)
    }
    var broken = bank
    broken.vectors[4] = .nan
    #expect(throws: FeatureError.notFinite(row: 2)) { try NearestNeighbours(of: bank, in: broken, k: 1) }
    #expect(throws: FeatureError.notFinite(row: 2)) { try NearestNeighbours(of: broken, in: bank, k: 1) }
  }
}
