import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

/// Normal numbers enough for a test: sums of twelve uniform ones.
private func normal(_ count: Int, seed: UInt64) -> [Float] {
  var generator = CounterGenerator(seed)
  return (0..<count).map { _ in
    (0..<12).reduce(Float(-6)) { sum, _ in sum + Float.random(in: 0..<1, using: &generator) }
  }
}

/// n x d outputs on `rank` directions (independent columns for rank d), normalised column by column as a batch
/// normalisation does.
private func outputs(_ n: Int, _ d: Int, rank: Int, seed: UInt64) -> [Float] {
  let (z, directions) = (normal(n * rank, seed: seed), normal(rank * d, seed: seed + 1))
  var x = rank == d ? z : product(Tensor([n, rank], z), PackedMatrix(Tensor([rank, d], directions))).values
  for column in 0..<d {
    let indices = stride(from: column, to: n * d, by: d)
    let mean = indices.reduce(Float(0)) { $0 + x[$1] } / Float(n)
    let deviation = (indices.reduce(Float(0)) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Float(n))
      .squareRoot()
    for index in indices { x[index] = (x[index] - mean) / deviation }
  }
  return x
}

@Suite struct CollapseGaugesTests {
  @Test(
    "all gauges are NumPy's",
    arguments: [
      ("rank1", 64), ("rank2", 64), ("rank8", 64), ("rank64", 64), ("relu", 48), ("wide", 90), ("narrow", 16),
    ])
  func reference(name: String, dimension: Int) throws {
    let file = try Safetensors(contentsOf: dataPath("reference/gauges.safetensors"))
    let expected = try #require(file.values(of: "\(name).gauges", as: Double.self))
    let singular = try #require(file.values(of: "\(name).singular", as: Double.self))
    let gauges = CollapseGauges(try #require(file["\(name).rows"]), dimension: dimension)
    let found = [gauges.spread, gauges.centre, gauges.residual, gauges.effectiveRank]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * abs(b)) }
    #expect(gauges.spectrum.singularValues.count == singular.count)
    for (a, b) in zip(gauges.spectrum.singularValues, singular) { #expect(abs(a - b) < 1e-6 * singular[0]) }
  }

  @Test(
    "behind a batch normalisation the spread reads 1 for every rank, and the effective rank tells them apart",
    arguments: [(1, 1.0, 0.01), (2, 2.0, 0.02), (8, 7.9, 0.1), (96, 88, 2)])
  func blindness(rank: Int, effective: Double, tolerance: Double) {
    let gauges = CollapseGauges(outputs(192, 96, rank: rank, seed: 5), dimension: 96)
    #expect(abs(gauges.spread - 1) < 0.01)
    #expect(abs(gauges.effectiveRank - effective) < tolerance)
    #expect(gauges.diagnosis() == (rank <= 2 ? .dimensional : .none))
  }

  @Test func `centre and residual share the rows among them`() {
    let gauges = CollapseGauges(normal(60 * 9, seed: 8).map { $0 + 1 }, dimension: 9)
    #expect(abs(gauges.centre + gauges.residual - 1) < 1e-12)
    #expect(gauges.centre > 0.1 && gauges.residual > 0.1)
  }

  @Test func `rows that are all alike are a total collapse without any rank`() {
    for noise in [Float(0), 1e-8, 1e-3] {
      let rows = zip(0..., normal(50 * 40, seed: 3)).map { Float($0 % 40 + 1) + noise * $1 }
      let gauges = CollapseGauges(rows, dimension: 40)
      #expect(gauges.diagnosis() == .total)
      #expect(gauges.spread < 0.01 && gauges.centre > 0.999)
      if noise == 0 { #expect(gauges.effectiveRank == 0) }
    }
    #expect(CollapseGauges([Float](repeating: 0, count: 20), dimension: 4).diagnosis() == .total)
  }

  @Test("NaN or infinity means a diverged run", arguments: [Float.nan, .infinity])
  func diverged(value: Float) {
    var rows = normal(100, seed: 4)
    rows[17] = value
    #expect(CollapseGauges(rows, dimension: 10).diagnosis() == .diverged)
  }

  @Test func `few dimensions are no collapse where there are not more`() {
    #expect(CollapseGauges([1, 0, 0, 1, -1, 0, 0, -1], dimension: 2).diagnosis() == .none)
    #expect(CollapseGauges(normal(2 * 300, seed: 6), dimension: 300).diagnosis() == .none)
  }

  @Test func `one row is a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = CollapseGauges([1, 2], dimension: 2) }
  }
}
