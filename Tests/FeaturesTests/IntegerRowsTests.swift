import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

/// Similarities of rounded directions against double precision.
@Suite struct IntegerRowsTests {
  @Test(
    "a similarity is off by less than the bound, and the bound is small",
    arguments: [1, 2, 3, 16, 511, 512, 513, 1300], [1e-4, 1])
  func bound(dimension: Int, spread: Float) throws {
    let (bankSize, querySize) = (37, 5)
    func table(_ count: Int, _ seed: UInt64) -> FeatureTable {
      FeatureTable(
        vectors: draws(count * dimension, seed).map { 2 + spread * $0 }, dimension: dimension)
    }
    let (bank, queries) = (table(bankSize, 1), table(querySize, 2))
    let (lengths, queryLengths) = (try bank.lengths(), try queries.lengths())
    let centre = UnitRows(bank.vectors, dimension: dimension).means()
    let y = IntegerRows(bank, 3..<bankSize, lengths: lengths[3...], centre: centre, .panels)
    let x = IntegerRows(queries, 1..<querySize, lengths: queryLengths[1...], centre: centre, .rows)
    #expect(y.steps.count == 48 && y.shifts[34...].allSatisfy { $0 == 0 })
    let products = NumberBuffer<Int32>(zeros: 4 * 48)
    x.multiply(by: y, to: products)
    let error = x.error(radius: y.radius, rounding: y.rounding)
    // Each number is off by at most half a step of 1/32767 of the radius.
    #expect(error < 4e-5 * Double(dimension).squareRoot() * x.radius * y.radius + 2e-6 * y.radius + 2e-15)
    for i in 0..<4 {
      func offset(_ table: FeatureTable, _ row: Int, _ lengths: [Double]) -> [Double] {
        (0..<dimension).map { Double(table.vectors[row * dimension + $0]) / lengths[row] - centre[$0] }
      }
      let u = offset(queries, i + 1, queryLengths)
      for j in 0..<bankSize - 3 {
        let v = offset(bank, j + 3, lengths)
        var exact = 0.0
        for k in 0..<dimension { exact += (u[k] + centre[k]) * v[k] }
        let product = unsafe Float(products.base[i * 48 + j])
        let rounded = product * (y.steps[j] * x.steps[i]) + y.shifts[j]
        #expect(abs(Double(rounded) - exact) <= error)
      }
    }
  }

  @Test func `equal directions have no distance from their mean, and a vector of zeros has one`() throws {
    let table = FeatureTable(vectors: [3, 4, 3, 4, 6, 8, 0, 0], dimension: 2)
    let lengths = try table.lengths()
    let equal = IntegerRows(table, 0..<3, lengths: lengths[..<3], centre: [0.6, 0.8], .rows)
    #expect(equal.radius < 1e-15 && equal.steps.count == 3)
    let zero = IntegerRows(table, 3..<4, lengths: lengths[3...], centre: [0.6, 0.8], .rows)
    #expect(abs(zero.radius - 1) < 1e-15 && zero.rounding < 1e-4)
  }
}
